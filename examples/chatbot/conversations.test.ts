import { run } from '@gleaner/coroutine';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { PATIENCE } from './chat.ts';
import { MONDAY, Talks } from './test/talks.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const folder = mkdtempSync(path.join(os.tmpdir(), 'chatbot-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
const newFile = (): string => path.join(folder, `${++files}.glean`);

const WHOLE = [
  'Lisbon',
  'back',
  'Oslo',
  'tomorrow',
  'two?',
  '2',
  'more',
  '3',
  'no',
  '1',
  'yes',
  'in 2 hours',
  'no',
];

/** A whole conversation, in `file`; `after` is done after each thing that was said, before the bot has thought. */
async function converse(
  file: string,
  after: (talks: Talks, id: string) => Promise<Talks>,
): Promise<string[]> {
  let talks = await Talks.open(file);
  try {
    const id = await talks.begin();
    for (const text of WHOLE) {
      expect(await talks.say(id, text)).toBe('heard');
      talks = await after(talks, id);
      while (talks.chat(id).mood === 'thinking') await talks.pass(200);
    }
    return talks.said(id);
  } finally {
    await talks[Symbol.asyncDispose]();
  }
}

test('stopped after each thing that is said, and started anew, it says the same as if nothing had been', async () => {
  const undisturbed = await converse(':memory:', async (talks) => talks);
  const file = newFile();
  const disturbed = await converse(file, async (talks, id) => {
    const before = talks.said(id);
    await talks[Symbol.asyncDispose]();
    const again = await Talks.open(file, talks.clock.now() + 1000);
    expect(again.said(id).slice(0, before.length)).toEqual(before);
    return again;
  });
  const nameless = (lines: string[]): string[] => lines.map((line) => line.replace(/GL-\d+/, 'GL-…'));
  expect(nameless(disturbed)).toEqual(nameless(undisturbed));
});

test('patience goes on from where it was; what was due while nobody was there comes at once', async () => {
  const file = newFile();
  let waiting: string;
  let reminded: string;
  {
    await using talks = await Talks.open(file);
    waiting = await talks.begin();
    reminded = await talks.begin();
    await talks.sayAll(reminded, 'Kyoto', 'tomorrow', '1', '1', 'yes', 'in 2 hours', 'no');
    // It had asked that before the other's trip was planned.
    await talks.pass(MONDAY + PATIENCE - MINUTE - talks.clock.now());
  }
  {
    await using talks = await Talks.open(file, MONDAY + PATIENCE - MINUTE);
    await talks.pass(MINUTE - 1);
    expect(talks.said(waiting).at(-1)).toBe('Where to?');
    await talks.pass(1);
    expect(talks.said(waiting).at(-1)).toBe('Are you still there?');
  }
  await using talks = await Talks.open(file, MONDAY + 24 * HOUR);
  expect(talks.said(reminded).slice(-2)).toEqual([
    '⏰ You wanted to be reminded: Kyoto on Tuesday 6 March, one person.',
    'Good-bye, and a good journey!',
  ]);
  expect(talks.said(waiting).at(-1)).toBe('Good-bye, and a good journey!');
});

test('a message that was heard before a crash and is sent again after it is heard once', async () => {
  const file = newFile();
  let id: string;
  {
    await using talks = await Talks.open(file);
    id = await talks.begin();
    await talks.say(id, 'Lisbon', 'message-a');
  }
  await using talks = await Talks.open(file);
  expect(await talks.say(id, 'Lisbon', 'message-a')).toBe('heard');
  expect(talks.said(id, 2)).toEqual(['Lisbon', 'Lisbon, lovely. When?']);
});

test('2,000 conversations at once, stopped in the middle, all come to their end', async () => {
  const file = newFile();
  const first = ['Kyoto', 'tomorrow', '2'];
  const last = ['2', 'yes', 'no', 'no'];
  let ids: string[] = [];
  let rounds = 0;
  const sayAll = async (talks: Talks, texts: readonly string[]): Promise<void> => {
    for (const text of texts) {
      const round = ++rounds;
      const said = ids.map((id) => run(() => talks.chat(id).post({ id: `message-${round}`, text })));
      expect(new Set(await Promise.all(said))).toEqual(new Set(['heard']));
      for (let n = 0; n < 12; n++) await talks.pass(200);
    }
  };
  {
    await using talks = await Talks.open(file);
    ids = await Promise.all(Array.from({ length: 2000 }, () => talks.begin()));
    expect(new Set(ids).size).toBe(2000);
    await sayAll(talks, first);
  }
  await using talks = await Talks.open(file, MONDAY + MINUTE);
  expect(talks.all.size).toBe(2000);
  await sayAll(talks, last);
  const [one = ''] = ids;
  const nameless = (id: string): string =>
    talks
      .said(id)
      .join('\n')
      .replace(/GL-\d+/, 'GL-…');
  expect(nameless(one)).toMatch(/Good-bye/);
  expect(new Set(ids.map(nameless)).size).toBe(1);
  expect(new Set(ids.map((id) => talks.chat(id).mood))).toEqual(new Set(['over']));
});

test('one whose journal says something else is left alone, and the others go on', async () => {
  const file = newFile();
  {
    await using talks = await Talks.open(file);
    await talks.begin();
    // In the place of a conversation that an older program has held.
    const older = talks.store.beginRun('another', MONDAY);
    await new Promise<void>((resolve) => {
      const entry = { place: '1:1', effect: 'sing', at: MONDAY, failed: false, text: '', bytes: null };
      older.journal.append([entry], () => resolve());
    });
  }
  const complaint = vi.spyOn(console, 'error').mockReturnValue(undefined);
  await using talks = await Talks.open(file);
  expect(talks.all.size).toBe(1);
  expect(String(complaint.mock.calls[0]?.[1])).toMatch(/sing/);
  complaint.mockRestore();
  expect(talks.store.runs()).toHaveLength(2);
});
