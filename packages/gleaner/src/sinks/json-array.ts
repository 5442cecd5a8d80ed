import { resource, type CoroutineBody, type Operation } from '@gleaner/coroutine';
import { fileOutlet, type Outlet } from './outlet.ts';
import type { Sink } from './sink.ts';

/**
 * A file with one JSON array of all items, an item a line, written as they come. What was in the file before is gone. It is
 * valid JSON once the current task or scope has ended, with no items as well; if the process is killed, cut off the last
 * line that is not whole and put a `]` in the place of the last comma. (A file that may be cut off anywhere is one of JSON
 * lines.)
 * @throws {SinkError} with the system's code (ENOENT, EACCES, ENOSPC, …) when opening or writing fails
 */
export function jsonFile(path: string): Operation<Sink> {
  return resource(function* jsonArray(provide) {
    const array = new JsonArray(yield* fileOutlet(path));
    try {
      yield* provide(array);
    } finally {
      yield* array.close();
    }
  });
}

class JsonArray implements Sink {
  private readonly outlet: Outlet;
  private isEmpty = true;

  constructor(outlet: Outlet) {
    this.outlet = outlet;
  }

  *write(item: unknown): CoroutineBody<void> {
    const before = this.isEmpty ? '[\n' : ',\n';
    // A function has no JSON; in arrays that is null.
    const json = (JSON.stringify(item) as string | undefined) ?? 'null';
    this.isEmpty = false;
    yield* this.outlet.write(before + json);
  }

  *flush(): CoroutineBody<void> {
    yield* this.outlet.flush();
  }

  *close(): CoroutineBody<void> {
    if (!this.outlet.hasFailed) yield* this.outlet.write(this.isEmpty ? '[]\n' : '\n]\n');
  }
}
