import { action, each, resource, run, type CoroutineBody, type Operation } from '@gleaner/coroutine';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer, Chat, Message } from './chat.ts';
import type { Conversations } from './conversations.ts';

/** How long a message may be, in UTF-16 code units; and the body that brings it, in bytes. */
const LONGEST_MESSAGE = 500;
const LONGEST_BODY = 8192;
/** How many pages may watch one conversation. */
const MOST_WATCHERS = 8;
/** What a page that reads too slowly may have waiting for it, in bytes: more than any conversation comes to. */
const MOST_WAITING = 4 * 2 ** 20;
/** How often a page is told that the connection still stands, in milliseconds. */
const HEARTBEAT = 15_000;

/** Serves conversations and their page on this machine, as long as the task that asked for it runs. Gives the address. */
export function serve(conversations: Conversations, port: number): Operation<string> {
  return resource<string>(function* serve(provide) {
    const server = createServer(
      (request, response) => void run(() => answer(request, response, conversations)),
    );
    try {
      yield* action<void>((resolve, reject) => {
        server.once('error', reject).listen(port, '127.0.0.1', resolve);
      });
      yield* provide(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });
}

/** What a request is answered with when it cannot be done. */
class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

function* answer(
  request: IncomingMessage,
  response: ServerResponse,
  conversations: Conversations,
): CoroutineBody<void> {
  try {
    yield* route(request, response, conversations);
  } catch (error) {
    const { status, message } =
      error instanceof Refusal ? error : { status: 500, message: 'Something went wrong here.' };
    if (!(error instanceof Refusal)) console.error(error);
    if (response.headersSent) response.destroy();
    else send(response, status, { error: message });
  }
}

function* route(
  request: IncomingMessage,
  response: ServerResponse,
  conversations: Conversations,
): CoroutineBody<void> {
  const [path = ''] = (request.url ?? '').split('?');
  const file = FILES.get(path);
  if (file !== undefined) {
    requireMethod(request, 'GET', 'HEAD');
    response.writeHead(200, { ...SAFE, 'content-type': file.type, 'content-length': file.bytes.length });
    response.end(request.method === 'HEAD' ? undefined : file.bytes);
    return;
  }
  if (path === '/conversations') {
    requireMethod(request, 'POST');
    yield* bodyOf(request);
    const id = yield* conversations.begin();
    if (id === undefined) throw new Refusal(503, 'All lines are busy. Please try again later.');
    send(response, 201, { id });
    return;
  }
  const [, id = '', what] = /^\/conversations\/([\w-]{22})\/(events|messages)$/.exec(path) ?? [];
  const chat = conversations.get(id);
  if (chat === undefined) throw new Refusal(404, 'There is nothing here.');
  if (what === 'events') {
    requireMethod(request, 'GET', 'HEAD');
    watch(chat, request, response);
    return;
  }
  requireMethod(request, 'POST');
  const outcome = yield* chat.post(messageIn(yield* bodyOf(request)));
  if (outcome !== 'heard') throw new Refusal(...REFUSALS[outcome]);
  response.writeHead(204, SAFE).end();
}

const REFUSALS: Record<Exclude<Answer, 'heard'>, [number, string]> = {
  over: [410, 'This conversation is over.'],
  'too many at once': [429, 'One thing at a time, please.'],
  'too long': [409, 'This conversation has become too long: begin a new one.'],
};

/** Server-sent events (WHATWG HTML, 9.2): each line under its number, so that a page that comes again goes on after it. */
function watch(chat: Chat, request: IncomingMessage, response: ServerResponse): void {
  if (chat.watched >= MOST_WATCHERS) throw new Refusal(429, 'Too many pages watch this conversation.');
  response.writeHead(200, { ...SAFE, 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  const write = (text: string): void => {
    if (response.writableLength > MOST_WAITING) response.destroy();
    else response.write(text);
  };
  write('retry: 1000\n\n');
  const seen = Number(request.headers['last-event-id'] ?? -1);
  const unwatch = chat.watch(
    {
      line: (line, index) => write(`id: ${index}\nevent: line\ndata: ${JSON.stringify(line)}\n\n`),
      mood: (mood) => write(`event: mood\ndata: ${mood}\n\n`),
    },
    Number.isSafeInteger(seen) && seen >= 0 ? seen + 1 : 0,
  );
  const heartbeat = setInterval(() => write(': still here\n\n'), HEARTBEAT);
  response.once('close', () => {
    clearInterval(heartbeat);
    unwatch();
  });
}

/** The JSON of a body. Another site's page cannot send this type without asking first, which is not answered. */
function* bodyOf(request: IncomingMessage): CoroutineBody<unknown> {
  if (request.headers['content-type'] !== 'application/json')
    throw new Refusal(415, 'The body must be application/json.');
  const length = Number(request.headers['content-length'] ?? NaN);
  if (Number.isNaN(length)) throw new Refusal(411, 'The length of the body must be told.');
  if (length > LONGEST_BODY)
    throw new Refusal(413, `The body has ${length} bytes; at most ${LONGEST_BODY} may be.`);
  let text = '';
  const chunks = each<AsyncIterable<string>>(request.setEncoding('utf8'));
  while (yield* chunks.next()) text += chunks.value;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Refusal(400, 'The body is no JSON.');
  }
}

function messageIn(body: unknown): Message {
  const { id, text } = (body ?? {}) as Partial<Record<string, unknown>>;
  if (typeof id !== 'string' || !/^[\w-]{8,40}$/.test(id))
    throw new Refusal(400, 'The message needs an id: 8 to 40 letters and digits.');
  if (typeof text !== 'string') throw new Refusal(400, 'The message needs a text.');
  const said = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  if (said === '') throw new Refusal(400, 'The message is empty.');
  if (said.length > LONGEST_MESSAGE)
    throw new Refusal(413, `The message has ${said.length} characters; at most ${LONGEST_MESSAGE} may be.`);
  return { id, text: said };
}

function requireMethod(request: IncomingMessage, ...methods: readonly string[]): void {
  if (!methods.includes(request.method ?? '')) throw new Refusal(405, `Only ${methods.join(' and ')} here.`);
}

function send(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { ...SAFE, 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(value));
}

/** The page may load its own files, talk to this server, and nothing else. */
const SAFE = {
  'content-security-policy':
    "default-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

const FILES: ReadonlyMap<string, { type: string; bytes: Buffer }> = new Map(
  [
    ['/', 'page.html', 'text/html; charset=utf-8'] as const,
    ['/page.css', 'page.css', 'text/css; charset=utf-8'] as const,
    ['/page.js', 'page.js', 'text/javascript; charset=utf-8'] as const,
  ].map(([path, name, type]) => [
    path,
    { type, bytes: readFileSync(new URL(`page/${name}`, import.meta.url)) },
  ]),
);
