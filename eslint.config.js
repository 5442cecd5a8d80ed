import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import typescript from 'typescript-eslint';

/**
 * What a folder of packages/gleaner/src must not import. A request passes through frontier, http, page, spider
 * and sinks in this order; crawl ties them together, and cli stands on top. An arrow never points back.
 */
const forbidden = {
  frontier: ['page', 'spider', 'sinks', 'archive', 'crawl', 'cli', 'testing'],
  http: ['page', 'spider', 'sinks', 'archive', 'crawl', 'cli', 'testing'],
  page: ['frontier', 'archive', 'crawl', 'cli', 'testing'],
  spider: ['archive', 'crawl', 'cli', 'testing'],
  sinks: ['archive', 'crawl', 'cli', 'testing'],
  archive: ['frontier', 'page', 'spider', 'sinks', 'store', 'crawl', 'cli', 'testing'],
  store: ['archive', 'crawl', 'cli', 'testing'],
  crawl: ['cli', 'testing'],
};

const boundaries = Object.entries(forbidden).map(([folder, folders]) => ({
  name: `gleaner/boundary-of-${folder}`,
  files: [`packages/gleaner/src/${folder}/**/*.ts`],
  ignores: ['**/*.test.ts'],
  rules: importsNothingMatching(
    `^(\\.\\./)+((${folders.join('|')})/|index\\.)|^gleaner($|/)`,
    `${folder}/ must not import ${folders.join('/, ')}/ nor the public index: an arrow never points back.`,
  ),
}));

/** @param {string} regex @param {string} message @returns {import('eslint').Linter.RulesRecord} */
function importsNothingMatching(regex, message) {
  return { 'no-restricted-imports': ['error', { patterns: [{ regex, message }] }] };
}

export default defineConfig(
  globalIgnores(['**/dist/', '**/coverage/', '**/fixtures/']),
  js.configs.recommended,
  {
    name: 'gleaner/typescript',
    files: ['packages/**/*.ts', 'bench/**/*.ts', 'examples/**/*.ts'],
    extends: [typescript.configs.strictTypeChecked, typescript.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
      // A coroutine that happens to wait for nothing is still a coroutine.
      'require-yield': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      // What was caught is handed on as it was: a caller may have thrown anything.
      '@typescript-eslint/only-throw-error': ['error', { allowThrowingUnknown: true }],
      '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true }],
      // `T | void` is how a generator says that it may return nothing.
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidOperator: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // With isolatedDeclarations an exported constant has its type written out.
      '@typescript-eslint/no-inferrable-types': 'off',
      // `!` is forbidden; a cast that says which type is meant is the lesser evil where an index is known to be good.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      // Two comparisons with null are quicker than an optional chain on the paths where it matters.
      '@typescript-eslint/prefer-optional-chain': 'off',
      '@typescript-eslint/prefer-for-of': 'off',
      // The compiler takes a field to be what it was before a call that changes it.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // A field is memory in each object; a getter is none.
      '@typescript-eslint/class-literal-property-style': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    name: 'gleaner/nothing-imports-the-command',
    files: ['packages/*/src/**/*.ts'],
    ignores: ['packages/gleaner/src/cli/**', '**/*.test.ts'],
    rules: importsNothingMatching('(^|/)cli/', 'Nothing imports the command line: it stands on top.'),
  },
  {
    name: 'gleaner/the-runtime-has-no-dependency',
    files: ['packages/coroutine/src/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: importsNothingMatching(
      '^[^.]',
      'The runtime imports nothing but its own files: it runs in a browser.',
    ),
  },
  ...boundaries,
  {
    name: 'gleaner/scripts',
    files: ['scripts/**/*.mjs', '**/*.js', 'bench/**/*.mjs'],
    // scripts/setup.mjs keeps to old syntax; the compiler checks names better than a list of globals does.
    rules: {
      'no-undef': 'off',
      'no-unused-vars': ['error', { caughtErrors: 'none' }],
      'require-yield': 'off',
    },
  },
);
