import { until, type CoroutineBody } from '@gleaner/coroutine';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { PageError } from '../http/failure.ts';

/**
 * Checks data against any Standard Schema (zod, valibot, arktype and others), and gives what the schema makes of it.
 * @throws {PageError} `SCHEMA`, saying where the data differs
 */
export function* validate<S extends StandardSchemaV1>(
  url: string,
  data: unknown,
  schema: S,
): CoroutineBody<StandardSchemaV1.InferOutput<S>> {
  let result: StandardSchemaV1.Result<StandardSchemaV1.InferOutput<S>>;
  try {
    result = yield* until(schema['~standard'].validate(data));
  } catch (error) {
    // A transformation of the user's, say.
    const message = error instanceof Error ? error.message : String(error);
    throw new PageError('SCHEMA', url, `the schema threw: ${message}`, { cause: error });
  }
  if (result.issues === undefined) return result.value;
  throw new PageError('SCHEMA', url, summary(result.issues), { cause: result.issues });
}

const SHOWN = 3;

function summary(issues: readonly StandardSchemaV1.Issue[]): string {
  const shown = issues.slice(0, SHOWN).map(({ message, path }) => {
    const place = (path ?? []).map((step) => String(typeof step === 'object' ? step.key : step)).join('.');
    return place === '' ? message : `${place}: ${message}`;
  });
  const more = issues.length > SHOWN ? `; and ${issues.length - SHOWN} more` : '';
  return `the data does not fit the schema (${shown.join('; ')}${more})`;
}
