import type { StandardSchemaV1 } from '@standard-schema/spec';
import { isSchema } from '../crawl/checks.ts';
import { UsageError } from './arguments.ts';
import { runUserFile } from './user-file.ts';

/**
 * Runs a user's file, TypeScript or JavaScript, whose default export is the schema that items are to fit.
 * @throws {UsageError} saying where in which file
 * @throws the system's error if the file cannot be read
 */
export async function loadSchemaFile(name: string): Promise<StandardSchemaV1> {
  const { default: exported } = (await runUserFile(name)).exports;
  if (isSchema(exported)) return exported as StandardSchemaV1;
  throw new UsageError(
    `${name}: its default export must be a Standard Schema (of zod, valibot, arktype …), ` +
      `as export default z.object({ … }); it ${exported === undefined ? 'has none' : `is ${kindOf(exported)}`}`,
  );
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  const type = typeof value;
  return type === 'object' ? 'an object without ~standard' : `a ${type}`;
}
