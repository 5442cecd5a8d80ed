import { OptionError } from '../http/failure.ts';
import { parseJson } from './data.ts';
import { dateIn } from './dates.ts';
import type { PageDocument } from './document.ts';
import { numberIn } from './numbers.ts';
import type { Selection } from './selection.ts';

/** How an element is read. */
export type As = 'text' | 'number' | 'date' | 'link' | 'html' | 'json';

/** One value: which element (the one at hand unless said), and how it is read, or which attribute. */
export interface ValueSpec {
  readonly select?: string | undefined;
  readonly as?: As | undefined;
  readonly attr?: string | undefined;
}

/** A record for each match. */
export interface EachSpec {
  readonly select: string;
  readonly each: Shape;
}

/** What a field is to be. */
export type Spec = string | ValueSpec | EachSpec | readonly [string | ValueSpec | EachSpec] | Shape;

/** Which fields are wanted, and where each is found. */
export interface Shape {
  readonly [field: string]: Spec;
}

interface ValueAs {
  text: string;
  number: number;
  date: Date;
  link: string;
  html: string;
  json: unknown;
}

type Value<S> = S extends { readonly as: infer A extends As } ? ValueAs[A] : string;

/** What a spec gives. */
export type ExtractedField<S> = S extends string
  ? string | null
  : S extends { readonly each: infer E extends Shape }
    ? Extracted<E>[]
    : S extends readonly [infer One]
      ? One extends { readonly each: infer E extends Shape }
        ? Extracted<E>[]
        : Value<One>[]
      : S extends { readonly select: string } | { readonly as: As } | { readonly attr: string }
        ? Value<S> | null
        : S extends Shape
          ? Extracted<S>
          : never;

/** What a shape gives. */
export type Extracted<S extends Shape> = { -readonly [K in keyof S]: ExtractedField<S[K]> };

const KEYS: ReadonlySet<string> = new Set(['select', 'as', 'attr', 'each']);

/** Reads a field of an element. */
type Reader = (from: Selection) => unknown;
type Named = Readonly<Record<string, unknown>>;

/**
 * Reads the fields of a shape from an element.
 * @throws {OptionError} which names the field, whether or not the page has what it asks for
 */
export function extractFrom<const S extends Shape>(
  from: Selection,
  document: PageDocument,
  shape: S,
): Extracted<S> {
  return new Plan(document).record(shape, '')(from) as Extracted<S>;
}

/** Makes readers of a shape, which is checked as a whole before anything is read; it is as deep as its author wrote it. */
class Plan {
  private readonly document: PageDocument;

  constructor(document: PageDocument) {
    this.document = document;
  }

  record(shape: unknown, path: string): Reader {
    if (!isObject(shape)) throw new OptionError(named(path), 'an object of fields', shape);
    const readers = Object.entries(shape).map(
      ([name, spec]) => [name, this.field(spec, path === '' ? name : `${path}.${name}`)] as const,
    );
    return (from) => Object.fromEntries(readers.map(([name, read]) => [name, read(from)]));
  }

  private field(spec: unknown, path: string): Reader {
    if (typeof spec === 'string') return this.one({ select: spec }, path);
    if (Array.isArray(spec)) {
      if (spec.length !== 1)
        throw new OptionError(named(path), 'a list of one, which all matches are like', spec);
      const [inner] = spec as unknown[];
      return this.many(typeof inner === 'string' ? { select: inner } : inner, path);
    }
    if (!isObject(spec)) throw new OptionError(named(path), 'a selector, or an object', spec);
    if (!Object.keys(spec).some((name) => KEYS.has(name))) return this.record(spec, path);
    return 'each' in spec ? this.many(spec, path) : this.one(spec, path);
  }

  private one(spec: Named, path: string): Reader {
    const select = this.selector(spec, path);
    const read = this.value(spec, path);
    return select === undefined ? read : (from) => read(from.select(select));
  }

  private many(spec: unknown, path: string): Reader {
    if (!isObject(spec)) throw new OptionError(named(path), 'a list of a selector, or of an object', spec);
    const select = this.selector(spec, path);
    if (select === undefined) throw new OptionError(`${named(path)}.select`, 'a CSS selector', select);
    if ('each' in spec) {
      const read = this.record(spec.each, path);
      return (from) => from.selectAll(select).map(read);
    }
    const read = this.value(spec, path);
    return (from) =>
      from
        .selectAll(select)
        .map(read)
        .filter((value) => value !== null);
  }

  /** How an element that was found is read. */
  private value({ as = 'text', attr }: Named, path: string): Reader {
    if (typeof as !== 'string' || !Object.hasOwn(READERS, as))
      throw new OptionError(`${named(path)}.as`, `one of ${Object.keys(READERS).join(', ')}`, as);
    const { element, text } = READERS[as as As];
    if (attr === undefined) return element;
    if (typeof attr !== 'string')
      throw new OptionError(`${named(path)}.attr`, 'the name of an attribute', attr);
    return (found) => {
      const value = found.attr(attr);
      return value === null ? null : text(value, this.document);
    };
  }

  private selector(spec: Named, path: string): string | undefined {
    for (const name of Object.keys(spec)) {
      if (!KEYS.has(name))
        throw new OptionError(
          named(path),
          `either select, as, attr and each, or a record of other fields`,
          name,
        );
    }
    const { select } = spec;
    if (select === undefined) return undefined;
    this.document.check(select, named(path));
    return select as string;
  }
}

/** What reads an element, and what reads one of its attributes. */
const READERS: Readonly<
  Record<As, { element: Reader; text: (value: string, document: PageDocument) => unknown }>
> = {
  text: { element: (found) => found.text(), text: (value) => value },
  number: { element: (found) => found.number(), text: (value) => numberIn(value) },
  date: { element: (found) => found.date(), text: (value) => dateIn(value) },
  link: { element: (found) => found.link(), text: (value, { addresses }) => addresses.absolute(value) },
  html: { element: (found) => found.html(), text: (value) => value },
  json: { element: (found) => found.json(), text: (value, { url }) => parseJson(url, value) },
};

function isObject(value: unknown): value is Named {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function named(path: string): string {
  return path === '' ? 'extract: the shape' : `extract: ${path}`;
}
