import { CLEAR_LINE, fit } from './terminal.ts';

/** A few rows at the end of a terminal that are drawn over themselves, and make way for what is printed. */
export class LiveArea {
  private readonly terminal: NodeJS.WriteStream;
  private rows = 0;

  constructor(terminal: NodeJS.WriteStream) {
    this.terminal = terminal;
  }

  /**
   * The rows are cut to the terminal's width, and those that do not fit below each other are left out.
   * @param paints each row's colour
   */
  draw(rows: readonly string[], paints: readonly (((text: string) => string) | undefined)[]): void {
    const { columns, rows: height } = this.terminal;
    const width = Math.max(20, (columns || 80) - 1);
    const drawn = rows
      .slice(0, Math.max(1, (height || 24) - 1))
      .map((row, n) => (paints[n] ?? String)(fit(row, width)));
    this.terminal.write(this.erasing() + drawn.join('\n'));
    this.rows = drawn.length;
  }

  clear(): void {
    this.terminal.write(this.erasing());
    this.rows = 0;
  }

  /** ECMA-48: CUU and ED take back the rows above and whatever is below. */
  private erasing(): string {
    return this.rows > 1 ? `\r\u001b[${this.rows - 1}A\u001b[J` : CLEAR_LINE;
  }
}
