import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';
import { defineConfig } from 'vitest/config';

const packages = new URL('./packages/', import.meta.url);

/**
 * Tests run on the sources, without a build: every name that a package exports (`gleaner`,
 * `@gleaner/coroutine`, …) leads to the source file that its `dist` file is built from.
 */
const sources = readdirSync(packages).flatMap((folder) => {
  const root = new URL(`${folder}/`, packages);
  const { name, exports } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
  return Object.entries(exports).flatMap(([path, target]) => {
    const source = target.default?.replace('./dist/', './src/').replace(/\.js$/, '.ts');
    if (source === undefined) return [];
    return [
      { find: new RegExp(`^${name}${path.slice(1)}$`), replacement: fileURLToPath(new URL(source, root)) },
    ];
  });
});

/**
 * Node has no decorators yet and Vite's own compiler leaves them as they are: esbuild compiles those files.
 *
 * @type {import('vitest/config').ViteUserConfig['plugins']}
 */
const decorators = [
  {
    name: 'decorators',
    enforce: 'pre',
    async transform(code, id) {
      if (!id.endsWith('.ts') || !/(^|[{;])\s*@\w/m.test(code)) return undefined;
      return await transform(code, { loader: 'ts', target: 'es2022', sourcefile: id, sourcemap: true });
    },
  },
];

export default defineConfig({
  plugins: decorators,
  resolve: { alias: sources },
  test: {
    // On two cores vitest would run one file at a time; most tests wait for a server more than they compute.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // A machine that is shared may stop for seconds; what waits for ever still fails.
    testTimeout: 20_000,
    include: [
      'packages/*/src/**/*.test.ts',
      'packages/*/test/**/*.test.ts',
      'examples/**/*.test.ts',
      'scripts/**/*.test.mjs',
    ],
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      exclude: ['**/*.test.ts'],
      reporter: ['text-summary', 'html'],
    },
  },
});
