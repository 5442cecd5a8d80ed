import { createRequire } from 'node:module';
import type * as JsonP3 from 'json-p3';
import { OptionError } from '../http/failure.ts';

/** Loaded when first needed. */
let jsonP3: typeof JsonP3 | undefined;
let environment: JsonP3.JSONPathEnvironment | undefined;

/** The compiled queries, those used last at the end. */
const compiled = new Map<string, JsonP3.JSONPathQuery>();
const MAX_COMPILED = 256;

/** In characters. */
const MAX_PATH = 4096;
/** How many values are looked at, at most: `$..a..a..a` over data of some kilobytes could otherwise take hours. */
const MAX_VISITED = 5_000_000;
/** How deep a query within a filter (`$[?@..a]`) looks, which the library follows by recursion. */
const MAX_FILTER_DEPTH = 500;

/**
 * What a JSONPath query (RFC 9535) finds in a value that was JSON, in the order of the standard; nothing found is an
 * empty array. Any depth of the value is fine.
 *
 * @throws {OptionError} if the path is not one, saying where it goes wrong; or if it asks for more than there is time for
 *
 * @example
 * jsonPath({ books: [{ title: 'Emma' }] }, '$.books[*].title'); // ['Emma']
 */
export function jsonPath(value: unknown, path: string): unknown[] {
  const { segments } = compile(path);
  const { JSONPathNode, JSONPathRecursionLimitError } = library();
  // What was parsed from JSON, or the caller's claim that it could have been.
  const root = value as JsonP3.JSONValue;
  // The library's own walk recurses, and keeps the way to each value: too deep, and quadratic in the depth.
  let nodes = [new JSONPathNode(root, [], root)];
  let left = MAX_VISITED;
  try {
    for (const { token, selectors } of segments) {
      const found: JsonP3.JSONPathNode[] = [];
      const kind: string = token.kind;
      for (const start of nodes) {
        const waiting = [start.value];
        while (waiting.length > 0) {
          const at = waiting.pop();
          if (kind === 'TOKEN_DDOT') pushChildren(waiting, at);
          const node = new JSONPathNode(at, [], root);
          for (const selector of selectors)
            for (const { value: selected } of selector.lazyResolve(node)) {
              found.push(new JSONPathNode(selected, [], root));
              left--;
            }
          if (--left < 0)
            throw new OptionError('path', `a query that looks at no more than ${MAX_VISITED} values`, path);
        }
      }
      nodes = found;
    }
  } catch (error) {
    // A comparison of two values in a filter recurses, too.
    if (error instanceof JSONPathRecursionLimitError || error instanceof RangeError)
      throw new OptionError(
        'path',
        `a query whose filters look no deeper than ${MAX_FILTER_DEPTH} levels`,
        path,
      );
    throw error;
  }
  return nodes.map((node) => node.value);
}

/** Those that come first on top. */
function pushChildren(stack: JsonP3.JSONValue[], value: JsonP3.JSONValue): void {
  if (typeof value !== 'object' || value === null) return;
  const children = Array.isArray(value) ? value : Object.values(value);
  for (let i = children.length - 1; i >= 0; i--) stack.push(children[i]);
}

function library(): typeof JsonP3 {
  return (jsonP3 ??= createRequire(import.meta.url)('json-p3') as typeof JsonP3);
}

function compile(path: string): JsonP3.JSONPathQuery {
  const known = compiled.get(path);
  if (known !== undefined) {
    compiled.delete(path);
    compiled.set(path, known);
    return known;
  }
  if (typeof path !== 'string') throw new OptionError('path', 'a JSONPath query (RFC 9535)', path);
  if (path.length > MAX_PATH)
    throw new OptionError('path', `at most ${MAX_PATH} characters long`, `${path.slice(0, 40)}…`);
  const { JSONPathEnvironment } = library();
  environment ??= new JSONPathEnvironment({ maxRecursionDepth: MAX_FILTER_DEPTH });
  let query: JsonP3.JSONPathQuery;
  try {
    query = environment.compile(path);
  } catch (error) {
    throw new OptionError('path', `a JSONPath query (RFC 9535; ${wrong(error, path)})`, path);
  }
  compiled.set(path, query);
  const [oldest] = compiled.keys();
  if (compiled.size > MAX_COMPILED && oldest !== undefined) compiled.delete(oldest);
  return query;
}

/** What is wrong with a path, and where. The library appends its own idea of where. */
function wrong(error: unknown, path: string): string {
  if (error instanceof RangeError) return 'it is nested too deep';
  if (path === '') return "it begins with '$'";
  const { message } = error as Error;
  const reason = message
    .replace(/ \('[^]*'(?::\d+)?\)$/, '')
    .replace(/'?TOKEN_(\w+)'?/g, (_, name: string) => name.toLowerCase().replaceAll('_', ' '));
  const { token } = error as { token?: JsonP3.Token };
  if (token === undefined) return reason;
  const place = token.index >= path.length ? 'at its end' : `at character ${token.index + 1}`;
  return `${place}: ${reason}`;
}
