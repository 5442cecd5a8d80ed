import type { VirtualClock } from '@gleaner/coroutine';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A server on loopback, and what it has seen. */
export interface TestServer extends AsyncDisposable {
  /** Without a slash at the end. */
  readonly origin: string;
  /** The paths asked for, in order of arrival. */
  readonly paths: string[];
  readonly openSockets: number;
  /** Requests not yet answered in full. */
  readonly inFlight: number;
  readonly peakInFlight: number;
  count(path: string): number;
}

type Routes = Record<string, (request: IncomingMessage, response: ServerResponse) => void>;

/** Answers by path; '*' is any other. A path that is not there is a 404. */
export async function startServer(routes: Routes, host = '127.0.0.1'): Promise<TestServer> {
  const sockets = new Set<Socket>();
  const paths: string[] = [];
  const seen = { inFlight: 0, peakInFlight: 0 };
  const listener: RequestListener = (request, response) => {
    const path = request.url ?? '';
    paths.push(path);
    seen.peakInFlight = Math.max(seen.peakInFlight, ++seen.inFlight);
    response.once('close', () => seen.inFlight--);
    const route = routes[path] ?? routes['*'];
    if (route !== undefined) route(request, response);
    else response.writeHead(404).end();
  };
  const server = createServer({ keepAliveTimeout: 60_000 }, listener);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://${host}:${port}`,
    paths,
    get openSockets() {
      return sockets.size;
    },
    get inFlight() {
      return seen.inFlight;
    },
    get peakInFlight() {
      return seen.peakInFlight;
    },
    count: (path) => paths.filter((other) => other === path).length,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers with JSON. */
export function json(data: unknown, status = 200, headers: Record<string, string> = {}) {
  return (_request: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(data));
  };
}

/** Answers with anything. */
export function body(content: string | Uint8Array, headers: Record<string, string> = {}, status = 200) {
  return (_request: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(status, headers).end(content);
  };
}

/** Never answers. */
export function silence(): void {}

/** Goes on when a condition holds: the event loop turns until then. Fails after five seconds. */
export async function until(condition: () => boolean): Promise<void> {
  await passing(() => turn(), condition);
}

/** Lets time pass, in steps of so many milliseconds, until a condition holds. */
export async function advanceUntil(
  clock: VirtualClock,
  step: number,
  condition: () => boolean,
): Promise<void> {
  await passing(() => clock.advance(step), condition);
}

async function passing(step: () => Promise<void>, condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 5000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`it never came true: ${String(condition)}`);
    await step();
  }
}

/** Lets the event loop turn. */
export async function turn(times = 1): Promise<void> {
  for (let i = 0; i < times; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** An answer that is held back until the test gives it. */
export function gate(): { open: () => void; opened: Promise<void> } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}
