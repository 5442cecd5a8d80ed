import { resource, until, type CoroutineBody, type Operation } from '@gleaner/coroutine';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Sink } from './sink.ts';

/** An item that does not have the shape that it should have, and why. */
export interface Rejection {
  /** As it came. */
  readonly item: unknown;
  /** Where it differs; empty if the schema itself threw. */
  readonly issues: readonly { readonly message: string; readonly path: readonly (string | number)[] }[];
  /** All of that in one line, for people. */
  readonly reason: string;
}

export interface ValidatedOptions {
  /** Where items go that do not fit. */
  rejected: Operation<Sink<Rejection>>;
}

/** A sink that lets only items of a certain shape through, and counts. */
export interface ValidatedSink extends Sink {
  /** How many items fitted the schema so far. */
  readonly accepted: number;
  readonly rejected: number;
}

/**
 * Checks each item against a Standard Schema (of zod, valibot, arktype and others): the sink gets what the schema makes of
 * it, and `rejected` those that do not fit, under the same key.
 *
 * @example
 * const books = validated(z.object({ title: z.string() }), csvFile('books.csv'), {
 *   rejected: jsonLinesFile('rejected.jsonl'),
 * });
 */
export function validated<S extends StandardSchemaV1>(
  schema: S,
  sink: Operation<Sink<StandardSchemaV1.InferOutput<S>>>,
  options: ValidatedOptions,
): Operation<ValidatedSink> {
  return resource(function* checked(provide) {
    yield* provide(new Validated(schema, yield* sink, yield* options.rejected));
  });
}

class Validated<S extends StandardSchemaV1> implements ValidatedSink {
  accepted = 0;
  rejected = 0;
  private readonly schema: S;
  private readonly sink: Sink<StandardSchemaV1.InferOutput<S>>;
  private readonly others: Sink<Rejection>;

  constructor(schema: S, sink: Sink<StandardSchemaV1.InferOutput<S>>, others: Sink<Rejection>) {
    this.schema = schema;
    this.sink = sink;
    this.others = others;
  }

  *write(item: unknown, key?: string): CoroutineBody<void> {
    let result: StandardSchemaV1.Result<StandardSchemaV1.InferOutput<S>>;
    try {
      result = yield* until(this.schema['~standard'].validate(item));
    } catch (error) {
      // A transformation of the user's, say.
      const message = error instanceof Error ? error.message : String(error);
      return yield* this.reject({ item, issues: [], reason: `the schema threw: ${message}` }, key);
    }
    if (result.issues !== undefined) return yield* this.reject(rejection(item, result.issues), key);
    this.accepted++;
    yield* this.sink.write(result.value, key);
  }

  *flush(): CoroutineBody<void> {
    for (const sink of [this.sink, this.others]) if (sink.flush !== undefined) yield* sink.flush();
  }

  private *reject(rejection: Rejection, key: string | undefined): CoroutineBody<void> {
    this.rejected++;
    yield* this.others.write(rejection, key);
  }
}

/** The most issues that are told of one item: a list of 100,000 wrong numbers has as many. */
const MOST_ISSUES = 20;
const SHOWN = 3;

function rejection(item: unknown, all: readonly StandardSchemaV1.Issue[]): Rejection {
  const issues = all
    .slice(0, MOST_ISSUES)
    .map(({ message, path = [] }) => ({ message, path: Array.from(path, step) }));
  const shown = issues
    .slice(0, SHOWN)
    .map(({ message, path }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`));
  if (all.length > SHOWN) shown.push(`and ${all.length - SHOWN} more`);
  return { item, issues, reason: shown.join('; ') };
}

/** Standard Schema: a step is a key, or an object that has it. */
function step(segment: PropertyKey | StandardSchemaV1.PathSegment): string | number {
  const key = typeof segment === 'object' ? segment.key : segment;
  return typeof key === 'number' ? key : String(key);
}
