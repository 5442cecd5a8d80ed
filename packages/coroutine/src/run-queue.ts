import { Deque } from './deque.ts';
import { afterLoopTurn, microtask, monotonic } from './host.ts';
import type { Step } from './operation.ts';
import { INTERRUPT, QUEUED, type Task } from './task.ts';
import { advance, running, suspendUnstarted } from './trampoline.ts';
import type { Wait } from './wait.ts';

/*
 * One first-in-first-out queue of tasks that can go on, drained in one go: from a microtask when something
 * outside woke a task, or directly from a timer's callback. It is fair in two measures:
 *
 * - Between tasks, by count: one that starts `TURN` operations without ever having to wait goes to the back.
 *   A count, not a time, so that the order of steps is the same in every run.
 * - Towards the event loop, by time: after `SLICE` milliseconds without a turn of the loop the draining pauses,
 *   lets timers and I/O have theirs, and continues exactly where it was, which changes no order among tasks.
 */
const TURN = 256;
const SLICE = 4;

const queue = new Deque<Task>();

let draining = false;
let scheduled = false;
/** Nothing is drained before the event loop has turned. */
let paused = false;
/** The task at the head ran out of time and holds its place. */
let held = false;
/** Who held its place last, and how many operations of its turn had been granted: it goes on with that turn. */
let holder: Task | null = null;
let holderGranted = 0;

/** The event loop has not turned since the slice began. */
let inSlice = false;
let sliceStart = 0;
let lastLook = 0;
/** How many operations (or tasks) go by between two looks at the clock: fewer where they take long. */
let stride = 16;
/** Operations granted to the running task so far in its turn. */
let granted = 0;
let tasksSinceLook = 0;

/** What is to be done when nothing is left to run. */
let whenIdle: (() => void)[] = [];

/** Has something done, once, as soon as nothing is left to run. */
export function onIdle(job: () => void): void {
  whenIdle.push(job);
}

/** The same, and soon: although nothing may be about to run. */
export function onRest(job: () => void): void {
  whenIdle.push(job);
  if (draining || scheduled) return;
  scheduled = true;
  microtask(drainScheduled);
}

/** Whether nothing waits to go on. */
export function isIdle(): boolean {
  return queue.size === 0;
}

/** Puts a task that can go on at the end of the queue, and sees to it that the queue is drained. */
export function enqueue(task: Task): void {
  task.flags |= QUEUED;
  queue.push(task);
  if (!draining && !scheduled) {
    scheduled = true;
    microtask(drainScheduled);
  }
}

/**
 * Does what wakes tasks, and lets them go on at once. For callbacks of the host that have nothing else on
 * their stack, such as a timer's: it saves the detour over a microtask.
 */
export function wakeAndDrain(wakeTasks: () => void): void {
  const wasScheduled = scheduled;
  scheduled = true;
  try {
    wakeTasks();
  } finally {
    scheduled = wasScheduled;
    if (!paused) drain();
  }
}

/** Lets one task go on at once, likewise. */
export function continueNow(task: Task): void {
  task.flags |= QUEUED;
  queue.push(task);
  if (!paused) drain();
}

function drain(): void {
  if (draining || running.task !== null) return;
  draining = true;
  for (let task = queue.shift(); task !== undefined; task = queue.shift()) {
    beginTurn();
    if (task === holder) continueTurn();
    advance(task);
    if (held || (++tasksSinceLook >= stride && sliceIsOver())) {
      held = draining = false;
      continueAfterLoopTurn();
      return;
    }
  }
  draining = false;
  if (whenIdle.length === 0) return;
  const jobs = whenIdle;
  whenIdle = [];
  for (const job of jobs) job();
}

/** A new turn: for the task at the head of the queue, or for one that ordinary code starts. */
export function beginTurn(): void {
  running.budget = granted = stride;
  if (inSlice) return;
  inSlice = true;
  sliceStart = -1;
  afterLoopTurn(endSlice);
}

/** Asked once for each thing that ordinary code has done: whether the event loop should have its turn first. */
export function isOutOfTime(): boolean {
  if (++tasksSinceLook < stride || !sliceIsOver()) return false;
  inSlice = false;
  return true;
}

/** The turn of the task that held its place goes on: a pause makes it no longer, and so changes no order. */
function continueTurn(): void {
  holder = null;
  running.budget = Math.min(stride, TURN - holderGranted);
  granted = holderGranted + running.budget;
}

/**
 * `wait` is about to be started, and the running task has used up what it was granted or is to be
 * interrupted: grants more, or suspends the task here before the wait is started.
 */
export function checkpointBefore(wait: Wait, task: Task): Step {
  if ((task.flags & INTERRUPT) !== 0) return suspendUnstarted(task, wait);
  if (granted >= TURN) {
    enqueue(task);
    return suspendUnstarted(task, wait);
  }
  if (!running.nested && sliceIsOver()) {
    hold(task);
    return suspendUnstarted(task, wait);
  }
  // Powers of two up to TURN: however the stride changes, a turn ends after exactly TURN operations.
  const more = Math.min(stride, TURN - granted);
  granted += more;
  running.budget = more;
  return wait.start(task);
}

function hold(task: Task): void {
  task.flags |= QUEUED;
  holder = task;
  holderGranted = granted;
  queue.unshift(task);
  if (draining) held = true;
  else if (!scheduled) continueAfterLoopTurn();
}

function continueAfterLoopTurn(): void {
  scheduled = paused = true;
  inSlice = false;
  afterLoopTurn(resume);
}

function resume(): void {
  scheduled = paused = false;
  drain();
}

function drainScheduled(): void {
  if (paused) return;
  scheduled = false;
  drain();
}

function endSlice(): void {
  inSlice = false;
}

function sliceIsOver(): boolean {
  const time = monotonic();
  tasksSinceLook = 0;
  if (sliceStart < 0) sliceStart = lastLook = time;
  let elapsed = time - lastLook;
  lastLook = time;
  if (elapsed < 0.1 && stride < 64) stride <<= 1;
  for (; elapsed > 0.5 && stride > 1; elapsed /= 2) stride >>= 1;
  return time - sliceStart > SLICE;
}
