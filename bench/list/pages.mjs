// What the server serves, and what a client must have found in it.

/** The bytes of a page. */
export const SIZE = 2048;

/** A small JSON page: some fields, two of which are not ASCII, and text that fills it up to `SIZE` bytes. */
export function page(/** @type {number} */ id) {
  const head = {
    id,
    check: (Math.imul(id, 2_654_435_761) >>> 0) % 1_000_003,
    name: `Größe ${id} – ${'é'.repeat(id % 7)}`,
    price: id / 100,
    tags: ['json', 'page', `no. ${id}`],
    stock: { here: id % 13, there: null, open: id % 2 === 0 },
  };
  const length = Buffer.byteLength(JSON.stringify({ ...head, text: '' }));
  const words = 'the quick brown fox jumps over the lazy dog and ';
  return { ...head, text: words.repeat(SIZE / words.length + 1).slice(0, SIZE - length) };
}

/** What clients add up: each page's `id` and `check`, and the characters of its `name`. */
export function tally() {
  const sums = { count: 0, ids: 0, checks: 0, letters: 0 };
  const add = (/** @type {any} */ { id, check, name }) => {
    sums.count++;
    sums.ids += id;
    sums.checks += check;
    sums.letters += name.length;
  };
  return { sums, add };
}

export function expected(/** @type {number} */ first, /** @type {number} */ end) {
  const { sums, add } = tally();
  for (let id = first; id < end; id++) add(page(id));
  return sums;
}
