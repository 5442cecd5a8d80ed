/**
 * The address of one of the site's paths as seen from another: from `/catalogue/page-2.html`, `/book/moss_7/` is
 * `../book/moss_7/`. Both paths begin with a slash.
 */
export function relative(from: string, to: string): string {
  const here = from.split('/').slice(0, -1);
  const there = to.split('/');
  let shared = 0;
  while (shared < here.length && shared < there.length - 1 && here[shared] === there[shared]) shared++;
  const steps = '../'.repeat(here.length - shared) + there.slice(shared).join('/');
  return steps === '' ? './' : steps;
}
