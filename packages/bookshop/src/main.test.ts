import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

// `npm test` has just built it.
const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

function start(
  ...args: string[]
): ChildProcess & { stdout: NodeJS.ReadableStream; stderr: NodeJS.ReadableStream } {
  return spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

test.each(['SIGINT', 'SIGTERM'] as const)('prints its address and serves until %s', async (signal) => {
  const child = start('--seed', '5', '--latency', '0', '--faults');
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const url = line.toString().trim();
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  expect((await fetch(url)).status).toBe(200);
  child.kill(signal);
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('--help says what there is', async () => {
  const child = start('--help');
  expect(await text(child.stdout)).toContain('--port N');
});

test.each([
  [['--latency', 'x'], 'latency'],
  [['--nonsense'], '--nonsense'],
  [['--port', '70000'], 'port'],
])('%o is an error that names it', async (args, name) => {
  const child = start(...args);
  const [message, exit] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  expect(message).toMatch(/^bookshop: /);
  expect(message).toContain(name);
  expect(exit).toEqual([1, null]);
});
