import { resource, type CoroutineBody, type Operation } from '@gleaner/coroutine';
import type { Sink } from './sink.ts';

/**
 * Writes each item to all of several sinks, in their order; the slowest paces. What one throws is thrown, and the sinks after
 * it are not given that item.
 */
export function several<T>(...sinks: readonly Operation<Sink<T>>[]): Operation<Sink<T>> {
  return resource(function* all(provide) {
    const held: Sink<T>[] = [];
    for (const sink of sinks) held.push(yield* sink);
    yield* provide(new Several(held));
  });
}

class Several<T> implements Sink<T> {
  private readonly sinks: readonly Sink<T>[];

  constructor(sinks: readonly Sink<T>[]) {
    this.sinks = sinks;
  }

  *write(item: T, key?: string): CoroutineBody<void> {
    for (const sink of this.sinks) yield* sink.write(item, key);
  }

  *flush(): CoroutineBody<void> {
    for (const sink of this.sinks) if (sink.flush !== undefined) yield* sink.flush();
  }
}
