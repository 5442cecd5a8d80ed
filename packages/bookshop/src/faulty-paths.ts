import { bookJsonPath } from './addresses.ts';
import { errorJson } from './api.ts';
import type { Fault } from './faults.ts';
import { sorryPage } from './pages/plain-pages.ts';
import { htmlResource, redirect, type Resource } from './resource.ts';

/** A path that does not simply give what stands there. */
export interface FaultyPath {
  /** Milliseconds before it answers, in place of the ordinary latency. */
  readonly delay?: number;
  /**
   * What it does this time: sends something, sends nothing for ever, or resets the connection. Undefined: all is well, this
   * time. Paths that recover count the calls, so each request must ask once.
   */
  respond(): Resource | 'hang' | 'reset' | undefined;
}

/** The paths at which the faults show, with counts that begin at zero. `bookJson` gives a book's page as it ought to be. */
export function faultyPaths(
  faults: ReadonlyMap<number, Fault>,
  bookJson: (id: number) => Resource,
): ReadonlyMap<string, FaultyPath> {
  const paths = new Map<string, FaultyPath>();
  for (const [id, fault] of faults) {
    const path = bookJsonPath(id);
    const sound = bookJson(id);
    paths.set(path, faultyPath(fault, sound));
    if (fault.kind === 'moved') paths.set(fault.location, { respond: () => sound });
    if (fault.kind === 'loop') paths.set(fault.location, { respond: () => redirect(302, path) });
  }
  return paths;
}

function faultyPath(fault: Fault, sound: Resource): FaultyPath {
  switch (fault.kind) {
    case 'slow':
      return { delay: fault.delay, respond: () => undefined };
    case 'unavailable':
      return recovering(
        fault.times,
        errorJson(503, 'The shop is being swept. Try again in a second.', { 'Retry-After': '1' }),
      );
    case 'error':
      return recovering(fault.times, errorJson(500, 'Something fell off a shelf.'));
    case 'missing':
      return always(errorJson(404, 'There is no book with this id.'));
    case 'gone':
      return always(errorJson(410, 'This book is out of print and will not come back.'));
    case 'html':
      return always(htmlResource(200, sorryPage()));
    case 'truncated':
      return always({ ...sound, body: sound.body.slice(0, Math.floor(sound.body.length * 0.6)) });
    case 'moved':
      return always(redirect(301, fault.location));
    case 'loop':
      return always(redirect(302, fault.location));
    case 'hang':
      return { respond: () => 'hang' };
    case 'reset':
      return { respond: () => 'reset' };
  }
}

function always(resource: Resource): FaultyPath {
  return { respond: () => resource };
}

function recovering(times: number, resource: Resource): FaultyPath {
  let failures = 0;
  return {
    respond() {
      if (failures === times) return undefined;
      failures++;
      return resource;
    },
  };
}
