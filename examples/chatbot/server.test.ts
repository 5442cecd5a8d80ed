import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Browser, chromium, type Tab } from './test/browser.ts';
import { Program } from './test/program.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'chatbot-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Event {
  readonly id: string;
  readonly name: string;
  readonly data: string;
}

/** The events of a conversation up to one that is awaited. */
async function events(
  url: string,
  isLast: (event: Event) => boolean,
  headers: Record<string, string> = {},
): Promise<Event[]> {
  const found: Event[] = [];
  const response = await fetch(`${url}/events`, { headers });
  let text = '';
  for await (const chunk of (response.body as ReadableStream<Uint8Array>).pipeThrough(
    new TextDecoderStream(),
  )) {
    const blocks = (text + chunk).split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
      const event = { id: field('id'), name: field('event'), data: field('data') };
      if (event.name === '') continue;
      found.push(event);
      if (isLast(event)) return found;
    }
  }
  throw new Error('the events have ended');
}

const isOpen = ({ name, data }: Event): boolean => name === 'mood' && data === 'listening';

function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

async function begin(address: string): Promise<string> {
  const { id } = (await (await post(`${address}conversations`, {})).json()) as { id: string };
  return `${address}conversations/${id}`;
}

describe('the server', () => {
  let program: Program;
  let address: string;
  beforeAll(async () => {
    program = new Program('--store', ':memory:', '--port', '0');
    address = await program.address();
  });
  afterAll(async () => {
    expect(await program.end('SIGINT')).toBe(0);
  });

  test('gives each conversation a name that nobody guesses', async () => {
    const urls = await Promise.all(Array.from({ length: 20 }, () => begin(address)));
    expect(new Set(urls.map((url) => url.split('/').at(-1))).size).toBe(20);
    for (const url of urls) expect(url).toMatch(/\/[\w-]{22}$/);
    expect((await fetch(`${address}conversations/${'A'.repeat(22)}/events`)).status).toBe(404);
  });

  test('tells a page that comes again only what it has not seen', async () => {
    const url = await begin(address);
    const all = await events(url, isOpen);
    expect(all.map(({ id }) => id)).toEqual(['0', '1', '']);
    const rest = await events(url, isOpen, { 'last-event-id': '0' });
    expect(rest).toEqual(all.slice(1));
  });

  test.each([
    [400, 'no JSON', '{', {}],
    [400, 'no message', 'null', {}],
    [400, 'no id', '{"text":"hello"}', {}],
    [400, 'an id that is none', '{"id":"a b c d e f","text":"hello"}', {}],
    [400, 'nothing said', '{"id":"message-1","text":" \\n "}', {}],
    [413, 'a long message', JSON.stringify({ id: 'message-1', text: 'x'.repeat(501) }), {}],
    [413, 'a long body', 'x'.repeat(10_000), {}],
    [415, 'what any page may send', '{"id":"message-1","text":"hello"}', { 'content-type': 'text/plain' }],
  ])('answers %i to %s, in words', async (status, _, body, headers) => {
    const url = `${await begin(address)}/messages`;
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
    expect(response.status).toBe(status);
    expect(((await response.json()) as { error: string }).error).toMatch(/\.$/);
  });

  test('has a page that may load nothing from elsewhere', async () => {
    const response = await fetch(address);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect((await fetch(address, { method: 'DELETE' })).status).toBe(405);
  });
});

test.each([
  [['--port', 'x'], "--port expects a number from 0 to 65535, not 'x'"],
  [['--colour'], "Unknown option '--colour'"],
  [['--store', '/nowhere/at/all', '--port', '0'], 'the store /nowhere/at/all'],
])('%j is refused in words', async (args, words) => {
  await using program = new Program(...args);
  expect(await program.end()).toBe(1);
  expect(program.said).toContain(`chatbot: ${words}`);
  expect(program.said.trim().split('\n')).toHaveLength(1);
});

test('--help tells all options', async () => {
  await using program = new Program('--help');
  expect(await program.end()).toBe(0);
  for (const option of ['--store', '--port', '--help']) expect(program.said).toContain(option);
});

test('killed in the middle of a look-up and started again, it has lost nothing and says nothing twice', async () => {
  const args = ['--store', path.join(folder, 'killed.glean'), '--port'];
  await using first = new Program(...args, '0');
  const address = await first.address();
  const url = await begin(address);
  for (const [n, text] of ['Lisbon', '2040-01-01', 'in a week', '2'].entries()) {
    expect((await post(`${url}/messages`, { id: `message-${n}`, text })).status).toBe(204);
  }
  const before = await events(url, ({ data }) => data.includes('I ask the airlines'));
  await first.end('SIGKILL');
  await using again = new Program(...args, new URL(address).port);
  await again.address();
  // An answer that the crash has swallowed: the page sends it once more.
  expect((await post(`${url}/messages`, { id: 'message-3', text: '2' })).status).toBe(204);
  const after = await events(url, ({ data }) => data.includes('Which one?'));
  const lines = (all: Event[]): Event[] => all.filter(({ name }) => name === 'line');
  expect(lines(after).slice(0, -1)).toEqual(lines(before));
  expect(after.filter(({ data }) => data.includes('"text":"2"'))).toHaveLength(1);
});

const browserProgram = chromium();

test.skipIf(browserProgram === undefined)(
  'the page goes on by itself when the server was killed',
  async () => {
    const args = ['--store', path.join(folder, 'page.glean'), '--port'];
    await using browser = new Browser(browserProgram as string);
    await using first = new Program(...args, '0');
    const address = await first.address();
    const tab = await browser.open(address, { width: 390, height: 780, dark: true });
    const said = async (of: Tab): Promise<unknown> =>
      await of.evaluate("[...document.querySelectorAll('li')].map((line) => line.textContent)");
    const has = (text: string): string => `document.body.textContent.includes(${JSON.stringify(text)})`;

    await tab.until(has('Where to?'));
    await tab.type('<img src=x onerror="document.title=1"> Lisbon');
    await tab.until(has('When?'));
    expect(await tab.evaluate("document.querySelectorAll('li img').length")).toBe(0);
    const before = await said(tab);

    await first.end('SIGKILL');
    await tab.until(has('Connection lost'));
    await tab.type('in a week');
    await using again = new Program(...args, new URL(address).port);
    await again.address();
    // It was said while nobody listened, and needs nobody to say it again.
    await tab.until(has('How many of you travel?'));
    expect(await said(tab)).toEqual([...(before as string[]), 'in a week', 'How many of you travel?']);
    expect(await tab.evaluate("document.querySelectorAll('.unsent').length")).toBe(0);
    expect(await tab.evaluate("document.getElementById('status').textContent")).toBe('');

    // A button is an answer, and another page with the same address sees the same.
    await tab.evaluate("[...document.querySelectorAll('#choices button')].at(-1).click()");
    await tab.until(has('Which one?'));
    const other = await browser.open((await tab.evaluate('location.href')) as string, {
      width: 1200,
      height: 800,
    });
    await other.until(has('Which one?'));
    expect(await said(other)).toEqual(await said(tab));
  },
);
