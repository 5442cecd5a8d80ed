import { decodedText } from './entities.ts';
import { SVG, SVG_ATTRIBUTES, SVG_NAMES } from './quick-svg.ts';
import { TAGS, type Tag } from './quick-tags.ts';
import { COMMENT, NOWHERE, RAW_TEXT, TEXT, type TapeWriter } from './tape.ts';
import { Attributes, attributeValue } from './tape-attributes.ts';
import { newNodes, type TapeNodes } from './tape-nodes.ts';

/**
 * The tree of a page as a tape (see `TapeWriter`), to be read: entries are told by their indexes. Strings are cut out of
 * the page's bytes when they are asked for, and are held by nothing else.
 */
export class TapeTree {
  readonly bytes: Buffer;
  readonly mode: 'no-quirks' | 'limited-quirks' | 'quirks';
  /** How many entries there are. */
  readonly size: number;
  /** Lent by the writer, or its own; undefined once the writer has taken them back. */
  private numbers: Int32Array | undefined;
  /** Elements that the standard says nothing about, by their numbers less those of the known ones. */
  private readonly others: readonly Tag[];
  private readonly again: (bytes: Buffer) => Int32Array;
  private made: TapeNodes | undefined = undefined;

  /** @param again makes the same tape once more, to be kept: for whoever comes back to a page after another was read */
  constructor(
    bytes: Buffer,
    tape: TapeWriter,
    others: readonly Tag[],
    mode: TapeTree['mode'],
    again: (bytes: Buffer) => Int32Array,
  ) {
    this.bytes = bytes;
    this.numbers = tape.lend(this);
    this.size = tape.size;
    this.others = others;
    this.mode = mode;
    this.again = again;
  }

  /** The writer takes back what it has lent. */
  takeBack(): void {
    this.numbers = undefined;
  }

  private written(): Int32Array {
    return (this.numbers ??= this.again(this.bytes));
  }

  /** The tree as nodes, each made when it is first asked for. */
  get nodes(): TapeNodes {
    return (this.made ??= newNodes(this));
  }

  /** An element's number, 0 or more; or what else it is. */
  what(entry: number): number {
    return (this.numbers ?? this.written())[entry << 2] ?? COMMENT;
  }

  /** Where in the bytes it begins: its attributes do, if it is an element (0: it has none). */
  from(entry: number): number {
    return (this.numbers ?? this.written())[(entry << 2) + 1] ?? 0;
  }

  /** Of an element, the first entry behind all that is in it; otherwise, where in the bytes it ends. */
  end(entry: number): number {
    return (this.numbers ?? this.written())[(entry << 2) + 2] ?? 0;
  }

  /** The element that it is in, or NOWHERE. */
  parent(entry: number): number {
    return (this.numbers ?? this.written())[(entry << 2) + 3] ?? NOWHERE;
  }

  isText(entry: number): boolean {
    const what = this.what(entry);
    return what === TEXT || what === RAW_TEXT;
  }

  /** The first entry behind one and all that is in it. */
  behind(entry: number): number {
    return this.what(entry) >= 0 ? this.end(entry) : entry + 1;
  }

  /** A text or comment, or what stands behind the word of a doctype. */
  data(entry: number): string {
    const written = this.bytes.toString('utf8', this.from(entry), this.end(entry));
    return this.what(entry) === TEXT && written.includes('&') ? decodedText(written) : written;
  }

  /** An element's name, as the standard writes it. */
  name(entry: number): string {
    const what = this.what(entry);
    if (what >= SVG) return SVG_NAMES[what - SVG] ?? '';
    return (TAGS[what] ?? this.others[what - TAGS.length])?.name ?? '';
  }

  /** The number of an element that the standard says nothing about; -1 if there is none such in the page. */
  otherNumber(name: string): number {
    return this.others.find((tag) => tag.name === name)?.number ?? -1;
  }

  /** An attribute of an element in HTML, by its name in small letters. */
  attribute(entry: number, name: string): string | undefined {
    return attributeValue(this.bytes, this.from(entry), name);
  }

  /** All attributes of an element; of those with the same name the first counts. */
  attributes(entry: number, into: Record<string, string>): Record<string, string> {
    const written = new Attributes(this.bytes, this.from(entry));
    const isSvg = this.what(entry) >= SVG;
    while (written.next()) {
      const { name } = written;
      const known = isSvg ? (SVG_ATTRIBUTES.get(name) ?? name) : name;
      into[known] ??= written.value;
    }
    return into;
  }
}
