/** What is around blocks: quotes, and items of lists. */
type Container = { readonly list: undefined } | ListItem;

export interface List {
  readonly isOrdered: boolean;
  /** The first item's number. */
  readonly start: number;
  /** Whether its markers are the other ones, to tell it from the list right before it. */
  isOther: boolean;
}

interface ListItem {
  readonly list: List;
  readonly number: number;
  /** Undefined until something of it is written: an item without content is left out. */
  marker: string | undefined;
}

/** Deeper nesting is not shown: each level makes every line longer. */
const MAX_DEPTH = 16;
/** CommonMark, 5.2: longer numbers are no list. */
const MAX_NUMBER = 999_999_999;

/** Puts blocks below each other, each line behind what says in which quotes and items of lists it is. */
export class Blocks {
  private readonly lines: string[] = [];
  private readonly containers: Container[] = [];
  /** Those of the block that was written last. */
  private last: readonly Container[] = [];

  /** @returns whether it was not too deep; if so, `leave` ends it */
  enterQuote(): boolean {
    return this.enter({ list: undefined });
  }

  enterItem(list: List, number: number): boolean {
    return this.enter({ list, number, marker: undefined });
  }

  private enter(container: Container): boolean {
    if (this.containers.length >= MAX_DEPTH) return false;
    this.containers.push(container);
    return true;
  }

  leave(): void {
    this.containers.pop();
  }

  /** Whether the next block is the first of an item. */
  get isAtItem(): boolean {
    const top = this.containers[this.containers.length - 1];
    return top?.list !== undefined && top.marker === undefined;
  }

  get isInItem(): boolean {
    return this.containers.some(({ list }) => list !== undefined);
  }

  write(block: readonly string[]): void {
    if (this.lines.length > 0 && !this.isTight()) {
      let kept = 0;
      while (kept < this.containers.length && this.containers[kept] === this.last[kept]) kept++;
      this.lines.push(this.prefix(kept).trimEnd());
    }
    for (const line of block) {
      const prefix = this.prefix(this.containers.length);
      this.lines.push(line === '' ? prefix.trimEnd() : prefix + line);
    }
    this.last = [...this.containers];
  }

  toString(): string {
    return this.lines.join('\n');
  }

  /** Whether no empty line is due: between the items of a list, and between an item's text and the list in it. */
  private isTight(): boolean {
    const at = this.containers.findIndex((one) => one.list !== undefined && one.marker === undefined);
    const item = this.containers[at];
    if (item?.list === undefined) return false;
    const { list } = item;
    const before = this.last[at];
    if (before?.list === list) return true;
    // Two lists that follow each other would be one.
    if (before?.list !== undefined && before.list.isOrdered === list.isOrdered)
      list.isOther = !before.list.isOther;
    const around = this.containers[at - 1];
    const canInterrupt = !list.isOrdered || item.number === 1;
    return around?.list !== undefined && around === this.last[at - 1] && before === undefined && canInterrupt;
  }

  /** Of the outermost `count` containers. Items that have not begun begin. */
  private prefix(count: number): string {
    let prefix = '';
    for (let i = 0; i < count; i++) {
      const container = this.containers[i];
      if (container === undefined) break;
      if (container.list === undefined) prefix += '> ';
      else if (container.marker !== undefined) prefix += ' '.repeat(container.marker.length);
      else {
        container.marker = markerOf(container.list, container.number);
        prefix += container.marker;
      }
    }
    return prefix;
  }
}

function markerOf({ isOrdered, isOther }: List, number: number): string {
  if (!isOrdered) return isOther ? '* ' : '- ';
  return `${Math.min(Math.max(number, 0), MAX_NUMBER)}${isOther ? ')' : '.'} `;
}
