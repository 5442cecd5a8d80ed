export { action } from './action.ts';
export { all, type Values } from './all.ts';
export { call } from './call.ts';
export { channel, type Channel } from './channel.ts';
export { type Clock, systemClock } from './clock.ts';
export type { Codec, Written } from './codec.ts';
export { context, type Context } from './context.ts';
export { coroutine, type Coroutine, type CoroutineBody } from './coroutine.ts';
export { defer } from './defer.ts';
export { effect, random } from './effect.ts';
export { each, type Cursor } from './each.ts';
export {
  CancelledError,
  ChannelClosedError,
  CoroutineError,
  EffectError,
  MisuseError,
  NonDeterminismError,
  TimeoutError,
} from './errors.ts';
export { event, type Event } from './event.ts';
export type { Entry, Journal } from './journal.ts';
export { journaled } from './journaled.ts';
export type { Operation, Work } from './operation.ts';
export { any, race, type OneOf } from './race.ts';
export { resource } from './resource.ts';
export { run, type RunOptions } from './run.ts';
export { scope, type Scope } from './scope.ts';
export { semaphore, type Semaphore } from './semaphore.ts';
export { settled, type Settled } from './settled.ts';
export { checkpoint, now, sleep } from './sleep.ts';
export { spawn, type SpawnOptions } from './spawn.ts';
export {
  stream,
  streamFrom,
  streamOf,
  type BatchOptions,
  type ItemOf,
  type MapOptions,
  type Outcome,
  Stream,
  type Streamable,
} from './stream.ts';
export type { Task } from './task.ts';
export { timeout } from './timeout.ts';
export { until } from './until.ts';
export { VirtualClock, type VirtualClockOptions } from './virtual-clock.ts';
export type { Wait } from './wait.ts';
