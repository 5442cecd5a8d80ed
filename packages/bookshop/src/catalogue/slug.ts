/** Letters that Unicode does not take apart into a plain letter and a mark. */
const PLAIN: Readonly<Record<string, string>> = {
  ø: 'o',
  æ: 'ae',
  œ: 'oe',
  ß: 'ss',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
  '&': ' and ',
};

const LONGEST = 60;

/**
 * A text as it stands in an address: lower case ASCII words joined by hyphens, at most 60 characters of whole words, never empty.
 * `slugOf('Łąka & Søn')` is `'laka-and-son'`; a title with no Latin letter at all gives `'book'`.
 */
export function slugOf(text: string): string {
  const lower = text.toLowerCase();
  const words = (/^[a-z0-9 :,-]*$/.test(lower) ? lower : plain(lower))
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  if (words.length > LONGEST) return words.slice(0, words.lastIndexOf('-', LONGEST));
  return words === '' ? 'book' : words;
}

function plain(lower: string): string {
  return lower
    .normalize('NFKD')
    .replace(/[øæœßłđðþı&]/g, (letter) => PLAIN[letter] ?? letter)
    .replace(/['’]|\p{Mark}/gu, '');
}
