import { NAME_GROUPS } from './names.ts';
import type { Random } from './random.ts';

/** Some authors for one kind of book, so that a reader finds more than one book by the same hand. */
export function authors(count: number, random: Random): readonly string[] {
  const one = (): string => {
    const { given, family } = random.pick(NAME_GROUPS);
    const surname = random.pick(family);
    if (random.chance(0.07))
      return `${random.pick(given).charAt(0)}. ${random.pick(given).charAt(0)}. ${surname}`;
    return `${random.pick(given)} ${surname}`;
  };
  return Array.from({ length: count }, () => {
    const first = one();
    const second = random.chance(0.04) ? one() : first;
    return first === second ? first : `${first} & ${second}`;
  });
}
