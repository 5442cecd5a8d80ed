import type { CoroutineBody, Operation } from '@gleaner/coroutine';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Sink } from '../sinks/sink.ts';
import { validated, type Rejection } from '../sinks/validated.ts';

/** How a command's items are checked. */
export interface Checking {
  readonly schema: StandardSchemaV1;
  /** The schema's file, as it was named. */
  readonly name: string;
  /** Where items go that do not fit; undefined: they are only counted. */
  readonly invalid: { readonly name: string; readonly sink: Operation<Sink> } | undefined;
}

/** Items that did not fit, by where in them it was. */
export interface InvalidItems {
  /** How many there were. */
  readonly count: number;
  /** How many did not fit at the same place, and why the first of them did not; the most frequent first. */
  readonly reasons: readonly { readonly count: number; readonly reason: string }[];
}

/** What the items go through on their way to the sinks. */
export interface Passage {
  write(item: unknown, key: string, url: string): CoroutineBody<void>;
  /** What did not fit so far. */
  readonly invalid: InvalidItems;
}

/**
 * Opens the way to sinks: what fits the schema goes to all of them, the rest where `checking` says. A sink that is added to
 * the list later gets what comes later.
 */
export function* passage(checking: Checking | undefined, sinks: readonly Sink[]): CoroutineBody<Passage> {
  const all: Sink = {
    *write(item, key) {
      for (const sink of sinks) yield* sink.write(item, key);
    },
  };
  if (checking === undefined) return { invalid: NONE, write: (item, key) => all.write(item, key) };
  const { schema, invalid } = checking;
  const rejected = new Rejected(invalid === undefined ? undefined : yield* invalid.sink);
  const checked = yield* validated(schema, opened(all), { rejected: opened(rejected) });
  return {
    *write(item, key, url) {
      rejected.url = url;
      yield* checked.write(item, key);
    },
    get invalid() {
      return rejected.told;
    },
  };
}

const NONE: InvalidItems = { count: 0, reasons: [] };

function* opened<T>(sink: Sink<T>): CoroutineBody<Sink<T>> {
  return sink;
}

/** More places than these are one: their names may come from pages. */
const MOST_PLACES = 20;

/** Counts what does not fit, and passes it on with its page's address. */
class Rejected implements Sink<Rejection> {
  /** Of the page whose item is being checked. */
  url = '';
  private readonly sink: Sink | undefined;
  private readonly places = new Map<string, { count: number; reason: string }>();
  private count = 0;

  constructor(sink: Sink | undefined) {
    this.sink = sink;
  }

  get told(): InvalidItems {
    const { count, places } = this;
    return { count, reasons: [...places.values()].sort((a, b) => b.count - a.count) };
  }

  *write({ item, issues, reason }: Rejection, key?: string): CoroutineBody<void> {
    const { places, sink, url } = this;
    this.count++;
    const place = issues[0]?.path.map((step) => (typeof step === 'number' ? '*' : step)).join('.') ?? 'threw';
    const known = places.get(place) ?? places.get(OTHER);
    if (known !== undefined) known.count++;
    else places.set(places.size < MOST_PLACES - 1 ? place : OTHER, { count: 1, reason });
    if (sink !== undefined) yield* sink.write({ url, reason, issues, item }, key);
  }
}

/** All others: no path begins like this. */
const OTHER = '\0others';
