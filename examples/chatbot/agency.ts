import { all, effect, sleep, type CoroutineBody, type Operation } from '@gleaner/coroutine';
import { createHash, randomUUID } from 'node:crypto';

export interface Offer {
  airline: string;
  /** Of the day: 07:45. */
  leaves: string;
  /** In euros, for all. */
  price: number;
}

export interface Trip extends Offer {
  city: string;
  /** As ISO 8601 has it: 2030-01-31. */
  day: string;
  people: number;
}

export const CITIES: readonly string[] = ['Lisbon', 'Oslo', 'Kyoto', 'Valparaíso'];
const AIRLINES = ['Cormorant Air', 'Northlight', 'Three Rivers'];

/** Asks all airlines at once. One that had answered before a crash is not asked again. */
export function offersFor({ city, day, people }: Trip, page: number): Operation<readonly Offer[]> {
  const questions = AIRLINES.map((airline) => ({ airline, city, day, people, page }));
  return all(questions.map((question) => effect('ask an airline', question, () => quote(question))));
}

/**
 * Books, and gives the reference. What must not be done twice needs a key by which the other side knows it: it is in the
 * journal before anything is booked, so that a booking which a crash has cut short is made again under the same one.
 */
export function* bookingOf(trip: Trip): CoroutineBody<string> {
  const key = yield* effect('draw a key', undefined, function* () {
    return randomUUID();
  });
  return yield* effect('book', { ...trip, key }, function* () {
    yield* sleep(1200);
    return `GL-${(numberOf(key) % 90_000) + 10_000}`;
  });
}

interface Question {
  readonly airline: string;
  readonly city: string;
  readonly day: string;
  readonly people: number;
  readonly page: number;
}

/** In the place of an airline's computer: it takes its time, and the same question has the same answer. */
function* quote({ airline, city, day, people, page }: Question): CoroutineBody<Offer> {
  const number = numberOf(`${airline} ${city} ${day} ${page}`);
  yield* sleep(400 + (number % 1400));
  const hour = String(6 + (number % 15)).padStart(2, '0');
  return {
    airline,
    leaves: `${hour}:${number % 2 === 0 ? '10' : '45'}`,
    price: people * (79 + (number % 640)),
  };
}

function numberOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0);
}
