import { createHash } from 'node:crypto';

export interface NamingRules {
  /** The longest name, in bytes of UTF-8. */
  readonly longest: number;
  /** Names that differ only in this are one. */
  readonly folded: (name: string) => string;
  /** Names that no field may have. */
  readonly reserved: readonly string[];
}

/**
 * Which column of a database's table each field goes to: the one of its name, where it can have that. A field whose name is
 * too long, empty, reserved, or, but for case, another's, gets a hash of its name at the end, so that it goes to the same
 * column in every run.
 */
export class ColumnNames {
  private readonly rules: NamingRules;
  private readonly byField = new Map<string, string>();
  /** The table's columns, and those that it is to get, by folded name. */
  private readonly taken = new Map<string, string>();
  private readonly present = new Set<string>();

  constructor(rules: NamingRules) {
    this.rules = rules;
  }

  /** The table has a column of this name. */
  add(name: string): void {
    this.taken.set(this.rules.folded(name), name);
    this.present.add(name);
  }

  has(name: string): boolean {
    return this.present.has(name);
  }

  get count(): number {
    return this.present.size;
  }

  /** The column of a field, which need not be there yet. */
  of(field: string): string {
    const known = this.byField.get(field);
    if (known !== undefined) return known;
    const name = this.chosen(field);
    this.byField.set(field, name);
    this.taken.set(this.rules.folded(name), name);
    return name;
  }

  private chosen(field: string): string {
    const { longest, folded, reserved } = this.rules;
    const clean = Buffer.from(field).toString('utf8').replaceAll('\0', '');
    const same = this.taken.get(folded(field));
    const isFree = same === undefined || same === field;
    const isFine = clean === field && field !== '' && Buffer.byteLength(field) <= longest;
    if (isFree && isFine && !reserved.includes(folded(field))) return field;
    const hash = createHash('sha256').update(field).digest('hex').slice(0, 8);
    return `${cut(clean, longest - hash.length - 1)}_${hash}`;
  }
}

/** An identifier of SQL, in quotes (SQL-92, 5.2). */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The beginning of a text, of at most so many bytes of UTF-8. */
export function cut(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  let length = 0;
  let end = 0;
  for (const character of text) {
    length += Buffer.byteLength(character);
    if (length > bytes) break;
    end += character.length;
  }
  return text.slice(0, end);
}
