import {
  all,
  coroutine,
  effect,
  now,
  race,
  sleep,
  spawn,
  type Coroutine,
  type CoroutineBody,
  type Task,
} from '@gleaner/coroutine';
import { bookingOf, CITIES, offersFor, type Offer, type Trip } from './agency.ts';
import { Back, Silence, type Chat } from './chat.ts';

const DAY = 86_400_000;

/** Plans trips, books them and reminds of them: from the first word to the last, days later perhaps. */
export const conversation: (chat: Chat) => Coroutine<void> = coroutine(function* conversation(chat: Chat) {
  chat.say(
    'Hello! I plan trips and book them. Say “back” for the question before, “start over” at any time.',
  );
  const reminders: Task<void>[] = [];
  let more = true;
  try {
    while (more) {
      const trip = yield* plan(chat);
      chat.say('I am booking it …');
      const reference = yield* bookingOf(trip);
      chat.say(
        `Done: ${inWords(trip)}, with ${trip.airline} at ${trip.leaves}. Your reference is ${reference}.`,
      );
      yield* chat.inTurn([
        function* () {
          const { ms } = yield* askReminder(chat);
          // It sleeps beside all that follows.
          if (ms !== undefined) reminders.push(yield* spawn(remind(chat, trip, ms)));
        },
      ]);
      yield* chat.inTurn([
        function* () {
          more = yield* agree(chat, 'Shall we plan another trip?');
        },
      ]);
    }
  } catch (error) {
    if (!(error instanceof Silence)) throw error;
    chat.say('I have heard nothing for half an hour, so I leave it at that.');
  }
  if (reminders.some(({ status }) => status === 'running')) {
    chat.say('I stay here until I have reminded you.');
    yield* race([all(reminders), smallTalk(chat)]);
  }
  chat.say('Good-bye, and a good journey!');
});

/** The questions in a row. Each is a coroutine of its own, so that "back" can lead to the one before. */
function* plan(chat: Chat): CoroutineBody<Trip> {
  const trip: Trip = { city: '', day: '', people: 1, airline: '', leaves: '', price: 0 };
  yield* chat.inTurn([
    function* () {
      trip.city = yield* askCity(chat);
    },
    function* () {
      trip.day = yield* askDay(chat, trip.city);
    },
    function* () {
      trip.people = yield* askPeople(chat);
    },
    function* () {
      Object.assign(trip, yield* choose(chat, trip));
    },
    function* () {
      const { airline, leaves, price } = trip;
      if (!(yield* agree(chat, `${airline} at ${leaves} for ${euros(price)}. Shall I book it?`)))
        throw new Back();
    },
  ]);
  return trip;
}

function askCity(chat: Chat): CoroutineBody<string> {
  const among = (text: string): string | undefined =>
    CITIES.find((city) => plain(city) === plain(text)) ??
    CITIES.find((city) => plain(text).includes(plain(city)));
  return insist(chat, 'Where to?', CITIES, among, `I know the way to ${CITIES.join(', ')}. Which of them?`);
}

function* askDay(chat: Chat, city: string): CoroutineBody<string> {
  // An effect of its own, not a bare `now()`: what is said with it must be in the journal first.
  const today = yield* effect('what day it is', undefined, now);
  const choices = ['tomorrow', 'in a week', 'in a month'];
  const hint =
    'Please say a day like 2030-01-31, “tomorrow” or “in 3 weeks”: within a year, and not in the past.';
  return yield* insist(chat, `${city}, lovely. When?`, choices, (text) => dayIn(text, today), hint);
}

function askPeople(chat: Chat): CoroutineBody<number> {
  const count = (text: string): number | undefined => {
    const number = Number(/\d+/.exec(text)?.[0]);
    return number >= 1 && number <= 9 ? number : undefined;
  };
  return insist(chat, 'How many of you travel?', ['1', '2', '4'], count, 'One to nine, please. How many?');
}

/** Offers three at a time, until one of them is liked. */
function* choose(chat: Chat, trip: Trip): CoroutineBody<Offer> {
  for (let page = 1; ; page++) {
    chat.say('I ask the airlines …');
    const offers = yield* offersFor(trip, page);
    const list = offers.map(
      ({ airline, leaves, price }, n) => `${n + 1}. ${airline} at ${leaves}, ${euros(price)}`,
    );
    const pick = (text: string): Offer | 'more' | undefined =>
      /^more$/i.test(text)
        ? 'more'
        : (offers[Number(text) - 1] ?? offers.find(({ airline }) => plain(airline) === plain(text)));
    const question = `${inWords(trip)}:\n${list.join('\n')}\nWhich one?`;
    const hint = 'Please say 1, 2 or 3; or “more” for others.';
    const offer = yield* insist(chat, question, ['1', '2', '3', 'more', 'back'], pick, hint);
    if (offer !== 'more') return offer;
  }
}

function askReminder(chat: Chat): CoroutineBody<{ ms: number | undefined }> {
  const understood = (text: string): { ms: number | undefined } | undefined => {
    const ms = /^no\b/i.test(text) ? undefined : spanIn(text);
    return ms !== undefined || /^no\b/i.test(text) ? { ms } : undefined;
  };
  const choices = ['no', 'in 1 minute', 'in 2 hours', 'in 3 days'];
  return insist(
    chat,
    'Shall I remind you of it? When?',
    choices,
    understood,
    'Say “no”, or “in 10 minutes”.',
  );
}

const remind: (chat: Chat, trip: Trip, ms: number) => Coroutine<void> = coroutine(function* remind(
  chat: Chat,
  trip: Trip,
  ms: number,
) {
  chat.say('I will.');
  yield* sleep(ms);
  chat.say(`⏰ You wanted to be reminded: ${inWords(trip)}.`);
});

function* smallTalk(chat: Chat): CoroutineBody<never> {
  for (;;) {
    if ((yield* chat.next(DAY)) !== undefined)
      chat.say('All is done but the reminder. Say “start over” if you want something else.', ['start over']);
  }
}

/** Asks until the answer is understood. */
function* insist<T>(
  chat: Chat,
  question: string,
  choices: readonly string[],
  understand: (answer: string) => T | undefined,
  hint: string,
): CoroutineBody<T> {
  for (let words = question; ; words = hint) {
    const answer = understand(yield* chat.ask(words, choices));
    if (answer !== undefined) return answer;
  }
}

function agree(chat: Chat, question: string): CoroutineBody<boolean> {
  const understand = (text: string): boolean | undefined =>
    /^(y|yes|ok|sure|please)\b/i.test(text) ? true : /^no?\b/i.test(text) ? false : undefined;
  return insist(chat, question, ['yes', 'no'], understand, 'Yes or no?');
}

// ── Words ─────────────────────────────────────────────────────────────────────────────────────────

function inWords({ city, day, people }: Trip): string {
  const date = new Date(`${day}T12:00:00Z`);
  const said = date.toLocaleDateString('en-GB', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    timeZone: 'UTC',
  });
  return `${city} on ${said}, ${people === 1 ? 'one person' : `${people} people`}`;
}

function euros(price: number): string {
  return `€${price.toLocaleString('en-GB')}`;
}

/** Without accents and capitals. */
function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** A day from today on, and within a year; as ISO 8601 has it. */
function dayIn(text: string, today: number): string | undefined {
  const iso = /^\d{4}-\d{2}-\d{2}$/.exec(text)?.[0];
  const span = /^today$/i.test(text) ? 0 : /^tomorrow$/i.test(text) ? DAY : spanIn(text);
  const time = iso === undefined ? today + (span ?? NaN) : Date.parse(iso);
  if (!(time > today - DAY && time < today + 366 * DAY)) return undefined;
  return new Date(time).toISOString().slice(0, 10);
}

const UNITS = { minute: 60_000, hour: 3_600_000, day: DAY, week: 7 * DAY, month: 30 * DAY };

/** “in 3 weeks”, in milliseconds; a year at most. */
function spanIn(text: string): number | undefined {
  const found = /^(?:in )?(\d{1,4}|an?|one) (minute|hour|day|week|month)s?$/i.exec(text);
  if (found === null) return undefined;
  const count = /\d/.test(found[1] ?? '') ? Number(found[1]) : 1;
  const ms = count * UNITS[found[2]?.toLowerCase() as keyof typeof UNITS];
  return ms <= 365 * DAY ? ms : undefined;
}
