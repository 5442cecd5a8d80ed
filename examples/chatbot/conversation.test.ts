import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { KEPT } from './conversations.ts';
import { LAST_PATIENCE, PATIENCE } from './chat.ts';
import { Talks } from './test/talks.ts';

const MINUTE = 60_000;

test('a trip is planned, booked, and reminded of in time', async () => {
  await using talks = await Talks.open(':memory:');
  const id = await talks.begin();
  await talks.sayAll(id, 'valparaiso', 'in 2 weeks', 'the 2 of us', '1', 'yes', 'in 2 hours', 'no');
  const said = talks.said(id);
  expect(said.join('\n')).toMatch(/Done: Valparaíso on Monday 19 March, 2 people, .*reference is GL-\d{5}\./);
  expect(said.at(-1)).toBe('I stay here until I have reminded you.');
  await talks.pass(119 * MINUTE);
  expect(talks.said(id)).toEqual(said);
  await talks.pass(MINUTE);
  expect(talks.said(id, said.length)).toEqual([
    '⏰ You wanted to be reminded: Valparaíso on Monday 19 March, 2 people.',
    'Good-bye, and a good journey!',
  ]);
  expect(talks.chat(id).mood).toBe('over');
  expect(await talks.say(id, 'hello?')).toBe('over');
});

test('a reminder sleeps beside the next trip', async () => {
  await using talks = await Talks.open(':memory:');
  const id = await talks.begin();
  await talks.sayAll(id, 'Oslo', 'tomorrow', '1', '2', 'yes', 'in 3 minutes', 'yes', 'Kyoto');
  await talks.pass(3 * MINUTE);
  expect(talks.said(id).at(-1)).toMatch(/reminded: Oslo/);
  await talks.sayAll(id, '2029-12-24');
  expect(talks.said(id).at(-1)).toBe('How many of you travel?');
});

test('what is not understood is asked for again', async () => {
  await using talks = await Talks.open(':memory:');
  const id = await talks.begin();
  const answers = [
    'Atlantis',
    'Lisbon',
    '2029-03-04',
    '2029-02-30',
    '2031-01-01',
    'today',
    '0',
    '10',
    '3',
    '4',
  ];
  await talks.sayAll(id, ...answers);
  const bot = talks.chat(id).transcript.filter(({ from }) => from === 'bot');
  expect(bot.map(({ text }) => text.split(/[:.?…]/)[0])).toEqual([
    'Hello! I plan trips and book them',
    'Where to',
    'I know the way to Lisbon, Oslo, Kyoto, Valparaíso',
    'Lisbon, lovely',
    ...Array<string>(3).fill('Please say a day like 2030-01-31, “tomorrow” or “in 3 weeks”'),
    'How many of you travel',
    ...Array<string>(2).fill('One to nine, please'),
    'I ask the airlines ',
    'Lisbon on Monday 5 March, 3 people',
    'Please say 1, 2 or 3; or “more” for others',
  ]);
});

test('"back" leads to the question before, from any; and "no" to the offers', async () => {
  await using talks = await Talks.open(':memory:');
  const id = await talks.begin();
  const last = (): string | undefined => talks.said(id).at(-1);
  await talks.sayAll(id, 'back');
  expect(talks.said(id, -2)).toEqual(['There is nothing to go back to.', 'Where to?']);
  await talks.sayAll(id, 'Lisbon', 'Back');
  expect(last()).toBe('Where to?');
  await talks.sayAll(id, 'Oslo', 'tomorrow', '2');
  expect(last()).toMatch(/^Oslo on Tuesday 6 March, 2 people:/);
  await talks.sayAll(id, 'back', 'back');
  expect(last()).toBe('Oslo, lovely. When?');
  await talks.sayAll(id, 'in 2 days', '1', '3');
  expect(last()).toMatch(/Shall I book it\?$/);
  await talks.sayAll(id, 'no');
  expect(last()).toMatch(/^Oslo on Wednesday 7 March, one person:/);
  const [first, more] = [last(), (await talks.sayAll(id, 'more'), last())];
  expect(more).not.toBe(first);
});

test('"start over" does at any time: at a question, during a look-up, while a reminder sleeps', async () => {
  await using talks = await Talks.open(':memory:');
  const id = await talks.begin();
  const over = ['Then let us start over. What is booked stays booked.', /^Hello!/, 'Where to?'];
  const startOver = async (): Promise<void> => {
    const before = talks.said(id).length;
    await talks.say(id, 'Start over');
    expect(talks.said(id, before + 1)).toEqual(
      over.map((text): unknown => (typeof text === 'string' ? text : expect.stringMatching(text))),
    );
  };
  await talks.sayAll(id, 'Lisbon');
  await startOver();
  await talks.sayAll(id, 'Lisbon', 'tomorrow');
  await talks.say(id, '2');
  expect(talks.chat(id).mood).toBe('thinking');
  await startOver();
  await talks.sayAll(id, 'Lisbon', 'tomorrow', '2', '1', 'yes', 'in 10 minutes', 'no');
  await startOver();
  const before = talks.said(id).length;
  // Neither the airlines nor the reminder have anything to say any more.
  await talks.pass(PATIENCE);
  expect(talks.said(id, before)).toEqual(['Are you still there?']);
});

test('whoever says nothing is asked, then left; can be read for an hour, and is forgotten', async () => {
  await using talks = await Talks.open(':memory:');
  const id = await talks.begin();
  await talks.sayAll(id, 'Lisbon');
  await talks.pass(PATIENCE - MINUTE);
  expect(talks.said(id).at(-1)).toMatch(/When\?$/);
  await talks.pass(MINUTE);
  expect(talks.chat(id).transcript.at(-1)).toMatchObject({
    text: 'Are you still there?',
    choices: ['tomorrow', 'in a week', 'in a month'],
  });
  await talks.sayAll(id, 'tomorrow');
  expect(talks.said(id).at(-1)).toBe('How many of you travel?');
  await talks.pass(PATIENCE + LAST_PATIENCE);
  expect(talks.said(id, -3)).toEqual([
    'Are you still there?',
    'I have heard nothing for half an hour, so I leave it at that.',
    'Good-bye, and a good journey!',
  ]);
  await talks.pass(KEPT - MINUTE);
  expect(talks.chat(id).mood).toBe('over');
  await talks.pass(2 * MINUTE);
  expect(talks.all.get(id)).toBeUndefined();
  expect(talks.store.runs()).toEqual([]);
});

test('a message that is sent twice is heard once, and what is said ahead answers the next question', async () => {
  await using talks = await Talks.open(':memory:');
  const id = await talks.begin();
  const [one, other] = await Promise.all([
    talks.say(id, 'Lisbon', 'the-same-one'),
    talks.say(id, 'Lisbon', 'the-same-one'),
  ]);
  expect([one, other, await talks.say(id, 'Lisbon', 'the-same-one')]).toEqual(['heard', 'heard', 'heard']);
  expect(talks.said(id, 2)).toEqual(['Lisbon', 'Lisbon, lovely. When?']);
  await talks.sayAll(id, 'tomorrow');
  await talks.say(id, '2');
  await talks.say(id, '3');
  expect(talks.chat(id).mood).toBe('thinking');
  await talks.pass(2000);
  expect(talks.said(id).at(-1)).toMatch(/^Three Rivers .* Shall I book it\?$/);
});

test('so much is heard and no more', async () => {
  await using talks = await Talks.open(':memory:');
  const id = await talks.begin();
  const answers = await Promise.all(Array.from({ length: 9 }, () => talks.say(id, 'hm')));
  expect(answers.filter((answer) => answer === 'too many at once')).toHaveLength(1);
  for (let heard = 8; heard < 500; heard++) expect(await talks.say(id, 'hm')).toBe('heard');
  expect(await talks.say(id, 'hm')).toBe('too long');
});

test('the README shows the conversation as it is', () => {
  const text = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');
  const shown = /```ts\n(.*?)```/s.exec(text('README.md'))?.[1] ?? 'nothing';
  expect(text('conversation.ts')).toContain(shown);
});
