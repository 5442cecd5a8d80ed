/** How a number is written. */
export interface NumberFormat {
  /** What parts the whole from the fraction; told from the number itself unless said. */
  decimal?: '.' | ',' | undefined;
}

/** Digits, with what may part thousands or a fraction in between. Blanks part thousands only. */
const RUN = /\d+(?:[.,]\d+|[ \u00a0\u2009\u202f'’]\d{3}(?!\d))*/;
const SEPARATOR = /\D/g;
/** As in 12,34,567.89. */
const INDIAN = /^\d{1,2}(?:,\d{2})+,\d{3}(?!\d)/;
const EXPONENT = /^e[+-]?\d{1,3}(?![\p{L}\p{N}])/iu;
const MULTIPLE = /^(?:k|M|bn)(?![\p{L}\p{N}])/iu;
const MULTIPLES: Readonly<Record<string, number>> = { k: 1e3, K: 1e3, M: 1e6, bn: 1e9 };
/** What stands before the digits: a sign that is no hyphen nor dash, and then perhaps the currency. */
const MINUS = /(?:^|[^\p{L}\p{N}])[-−](?:\p{Sc}\s?)?$/u;
const POINT = /(?:^|[^\p{L}\p{N}.])\.$/u;
/** No longer than this is what `MINUS` and `POINT` match. */
const BEFORE = 8;

/** Where the digits of other scripts begin: Arabic, Persian, Devanagari, full width. */
const ZEROS = [0x660, 0x6f0, 0x966, 0xff10];
const OTHER_DIGITS = /[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\uff10-\uff19]/g;

/**
 * The first number in a text, whatever stands around it: `'£51.77'` is 51.77. `null` if there is none.
 *
 * - Points, commas, blanks and apostrophes may part thousands: `1,234.50`, `1.234,50`, `1 234`, `1'234`, `12,34,567`.
 *   Of a point and a comma the latter parts the fraction; either parts thousands if it comes twice.
 * - One point by itself is decimal: `1.234` is 1.234. One comma is, too, unless just three digits follow: `1,5` is 1.5,
 *   `1,234` is 1234, `0,234` is 0.234. Where a page has it otherwise, say which is the decimal one.
 * - A minus sign, `-` or `−`, stands right before the number or its currency sign, and after no letter or digit.
 * - `1.5k`, `2M` and `3bn` are multiplied, `1e5` has an exponent. Per cent signs and units count for nothing.
 */
export function numberIn(text: string, { decimal }: NumberFormat = {}): number | null {
  const plain = text.replace(OTHER_DIGITS, latinDigit);
  const match = RUN.exec(plain);
  if (match === null) return null;
  const [run] = match;
  const before = plain.slice(Math.max(0, match.index - BEFORE), match.index);
  const hasPoint = decimal !== ',' && POINT.test(before);
  const isNegative = MINUS.test(hasPoint ? before.slice(0, -1) : before);
  const { whole, fraction, length } = hasPoint ? afterPoint(run) : parted(run, decimal);
  const after = plain.slice(match.index + length, match.index + length + BEFORE);
  const exponent = EXPONENT.exec(after)?.[0] ?? '';
  const multiple = MULTIPLES[MULTIPLE.exec(after)?.[0] ?? ''] ?? 1;
  const value = Number(`${whole}.${fraction}${exponent}`) * multiple;
  if (!Number.isFinite(value)) return null;
  return isNegative ? -value : value;
}

interface Parts {
  whole: string;
  fraction: string;
  /** How much of the run belongs to the number. */
  length: number;
}

function afterPoint(run: string): Parts {
  const fraction = /^\d+/.exec(run)?.[0] ?? '';
  return { whole: '0', fraction, length: fraction.length };
}

/** Tells thousands from fractions. */
function parted(run: string, decimal: '.' | ',' | undefined): Parts {
  const groups = run.split(SEPARATOR);
  const separators = run.match(SEPARATOR) ?? [];
  let whole = groups[0] ?? '';
  let length = whole.length;
  let from = 0;
  let thousands = '';
  const indian = decimal === ',' ? null : INDIAN.exec(run);
  if (indian !== null) {
    whole = indian[0].replace(SEPARATOR, '');
    length = indian[0].length;
    from = indian[0].split(',').length - 1;
    thousands = ',';
  }
  const mayBeParted = whole.length <= 3 && whole !== '0';
  for (let at = from; at < separators.length; at++) {
    const separator = separators[at] ?? '';
    const group = groups[at + 1] ?? '';
    const isMark = separator === '.' || separator === ',';
    const isGroup =
      mayBeParted &&
      group.length === 3 &&
      (thousands === '' || thousands === separator) &&
      separator !== decimal;
    const isAlone = thousands === '' && at === separators.length - 1;
    if (isGroup && !(isAlone && separator === '.' && decimal === undefined)) {
      whole += group;
      length += group.length + 1;
      thousands = separator;
    } else if (isMark && separator !== thousands && (decimal ?? separator) === separator) {
      return { whole, fraction: group, length: length + group.length + 1 };
    } else break;
  }
  return { whole, fraction: '0', length };
}

function latinDigit(digit: string): string {
  const code = digit.charCodeAt(0);
  const zero = ZEROS.find((one) => code >= one && code < one + 10) ?? 0x30;
  return String(code - zero);
}
