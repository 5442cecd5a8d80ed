const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH =
  '(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\b\\.?';
const DAY = '(\\d{1,2})(?:st|nd|rd|th)?';
const YEAR = '(\\d{4})(?!\\d)';

/** Year, month and day, as text, of what a pattern found. */
type Reading = (groups: readonly Part[]) => readonly [year: Part, month: Part, day: Part] | null;
type Part = string | undefined;

const FORMS: readonly (readonly [RegExp, Reading])[] = [
  // ISO 8601; the day may be missing.
  [/(?<!\d)(\d{4})-(\d{2})(?:-(\d{2}))?(?![\d-])/, ([year, month, day]) => [year, month, day ?? '1']],
  // 22 Nov 2026, 22nd of November, 2026, 22-Nov-2026, and RFC 5322.
  [
    new RegExp(`(?<!\\d)${DAY}(?:\\s+of)?[\\s-]+${MONTH},?[\\s-]+${YEAR}`, 'i'),
    ([day, month, year]) => [year, month, day],
  ],
  // November 22, 2026, and JavaScript's own Sun Nov 22 2026.
  [new RegExp(`\\b${MONTH}\\s+${DAY},?\\s+${YEAR}`, 'i'), ([month, day, year]) => [year, month, day]],
  // 22.11.2026: with points the day comes first.
  [/(?<![\d.])(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?!\d)/, ([day, month, year]) => [year, month, day]],
  [/(?<!\d)(\d{4})\/(\d{1,2})\/(\d{1,2})(?!\d)/, ([year, month, day]) => [year, month, day]],
  // With slashes either may come first: only where one is too high for a month is it clear which.
  [
    /(?<![\d/])(\d{1,2})\/(\d{1,2})\/(\d{4})(?!\d)/,
    ([one = '', other = '', year]) => {
      if (Number(one) > 12 || one === other) return [year, other, one];
      return Number(other) > 12 ? [year, one, other] : null;
    },
  ],
];

/** Follows the date: the time, and the zone that it is meant in. */
const TIME =
  /^(?:T|,?\s*(?:at\s+|-\s+|–\s+)?)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([ap]\.?m\b\.?)?\s*(Z\b|(?:UTC|GMT)?[+-]\d{2}:?\d{2}|[A-Z]{1,4}\b)?/i;

/** Obsolete names of zones that mails and feeds still use (RFC 5322, 4.3), in hours. */
const ZONES: Readonly<Record<string, number>> = {
  Z: 0,
  UT: 0,
  UTC: 0,
  GMT: 0,
  EST: -5,
  EDT: -4,
  CST: -6,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
  CET: 1,
  CEST: 2,
};

/** Longer texts are looked at no further than this, in characters. */
const LOOKED_AT = 10_000;

/**
 * The first date in a text, whatever stands around it; `null` if there is none that is clear.
 *
 * Understood are ISO 8601 (`2026-11-22T10:00Z`, `2026-11`), RFC 5322 (`Sun, 22 Nov 2026 10:00:00 +0100`), English
 * (`22 November 2026`, `Nov. 22nd, 2026`), `2026/11/22`, and `22.11.2026`, each perhaps with a time behind it
 * (`at 5:30 pm`). `22/11/2026` is clear, `5/6/2026` is not. What has no zone is taken as UTC, so that it is the same on
 * every machine.
 */
export function dateIn(text: string): Date | null {
  const looked = text.slice(0, LOOKED_AT);
  let best: { index: number; end: number; date: readonly [Part, Part, Part] } | undefined;
  for (const [pattern, reading] of FORMS) {
    const match = pattern.exec(looked);
    if (match === null || (best !== undefined && best.index <= match.index)) continue;
    const date = reading(match.slice(1));
    if (date !== null) best = { index: match.index, end: match.index + match[0].length, date };
  }
  if (best === undefined) return null;
  const [year, month = '', day] = best.date;
  const named = MONTHS.indexOf(month.slice(0, 3).toLowerCase());
  const start = dayOf(Number(year), named < 0 ? Number(month) - 1 : named, Number(day));
  return start === null ? null : withTime(start, looked.slice(best.end, best.end + 50));
}

/** The start of a day in UTC, if there is such a day. */
function dayOf(year: number, month: number, day: number): number | null {
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  return date.getUTCMonth() === month && date.getUTCDate() === day ? date.getTime() : null;
}

function withTime(start: number, rest: string): Date | null {
  const match = TIME.exec(rest);
  if (match === null) return new Date(start);
  const [, hours = '', minutes = '', seconds = '0', fraction = '0', half, zone] = match;
  const hour = half === undefined ? Number(hours) : (Number(hours) % 12) + (/^p/i.test(half) ? 12 : 0);
  // A leap second is the next minute's first.
  if (hour > 24 || Number(minutes) > 59 || Number(seconds) > 60) return null;
  const ms = Math.floor(Number(`0.${fraction}`) * 1000);
  const time = ((hour * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + ms;
  return new Date(start + time - offset(zone));
}

/** How far a zone is ahead of UTC, in milliseconds; zones that are not known count as UTC. */
function offset(zone = 'Z'): number {
  const match = /([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (match === null) return (ZONES[zone.toUpperCase()] ?? 0) * 3_600_000;
  const [, sign, hours, minutes] = match;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
