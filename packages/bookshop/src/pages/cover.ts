import type { Book } from '../catalogue/books.ts';
import { random } from '../catalogue/random.ts';
import { MOTIFS } from './cover-motifs.ts';
import { html } from './html.ts';

/** Four colours that go together. */
export interface Palette {
  readonly ground: string;
  readonly ink: string;
  readonly first: string;
  readonly second: string;
}

const PALETTES: readonly Palette[] = [
  { ground: '#1f3a5f', ink: '#f4ecd8', first: '#e07a5f', second: '#81b29a' },
  { ground: '#f2e8cf', ink: '#2b2d42', first: '#bc4749', second: '#6a994e' },
  { ground: '#2d2a32', ink: '#f7f0e6', first: '#e3b23c', second: '#88498f' },
  { ground: '#e9d8a6', ink: '#3d2c2e', first: '#ca6702', second: '#0a9396' },
  { ground: '#5b2333', ink: '#f7f4f3', first: '#f2a65a', second: '#a63d40' },
  { ground: '#264653', ink: '#fdf6e3', first: '#e9c46a', second: '#e76f51' },
  { ground: '#faf3dd', ink: '#2f3e46', first: '#e27396', second: '#84a98c' },
  { ground: '#3a5a40', ink: '#f5f1e3', first: '#dda15e', second: '#a3b18a' },
  { ground: '#f7ede2', ink: '#463f3a', first: '#f28482', second: '#84a59d' },
  { ground: '#22223b', ink: '#f2e9e4', first: '#d4a5a5', second: '#6f6f9c' },
  { ground: '#d8e2dc', ink: '#343a40', first: '#e56b6f', second: '#6d6875' },
  { ground: '#012a36', ink: '#f6f7eb', first: '#f26419', second: '#33658a' },
  { ground: '#fefae0', ink: '#283618', first: '#bc6c25', second: '#606c38' },
  { ground: '#472d30', ink: '#ffe1a8', first: '#e26d5c', second: '#8d5b4c' },
];

const WIDTH = 240;
const HEIGHT = 360;
const MARGIN = 22;

/** The book's cover as an SVG image of 240 × 360, drawn from its UPC: title, author, and a picture of plain shapes. */
export function cover(book: Book): string {
  const draw = random('cover', book.upc);
  const palette = draw.pick(PALETTES);
  const { size, lines } = typeset(book.title);
  const top = MARGIN + size;
  const leading = size * 1.14;
  const ruleAt = top + (lines.length - 1) * leading + 16;
  const authorAt = ruleAt + 22;
  const picture = authorAt + 20;
  const art = draw.pick(MOTIFS)(draw, palette);
  const title = lines.map(
    (line, i) => html`<tspan x="${MARGIN}" y="${round(top + i * leading)}">${line}</tspan>`,
  );
  return html`<svg
    xmlns="http://www.w3.org/2000/svg"
    width="${WIDTH}"
    height="${HEIGHT}"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
  >
    <rect width="${WIDTH}" height="${HEIGHT}" fill="${palette.ground}" />
    <svg
      y="${round(picture)}"
      width="${WIDTH}"
      height="${round(HEIGHT - picture)}"
      viewBox="0 0 240 240"
      preserveAspectRatio="xMidYMax slice"
    >
      ${{ markup: art }}
    </svg>
    <g
      fill="${palette.ink}"
      font-family="Iowan Old Style, Palatino Linotype, Palatino, Georgia, DejaVu Serif, serif"
    >
      <text font-size="${size}" font-weight="600">${title}</text>
      <text x="${MARGIN}" y="${round(authorAt)}" font-size="12" opacity=".85">
        ${shorten(book.author, 29)}
      </text>
    </g>
    <rect x="${MARGIN}" y="${round(ruleAt)}" width="28" height="2" fill="${palette.first}" />
    <rect width="7" height="${HEIGHT}" fill="#000" opacity=".12" />
  </svg>`.markup;
}

/** The title without its subtitle, in the largest type in which it takes four lines at most and no line is too long. */
function typeset(title: string): { size: number; lines: readonly string[] } {
  const short = title.split(': ')[0] ?? title;
  for (const size of [27, 23, 20, 17]) {
    // Measured with DejaVu Serif in semi-bold, the widest of the fonts asked for: 0.60 em a letter, 0.65 in wide titles.
    const width = (WIDTH - 2 * MARGIN) / (size * 0.65);
    const lines = wrap(short, width);
    if (lines.length <= 4 && lines.every((line) => line.length <= width)) return { size, lines };
  }
  return { size: 15, lines: wrap(short, 20).slice(0, 6) };
}

/** Lines of at most so many characters, broken at spaces; a longer word gets a line of its own. */
function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

function round(n: number): number {
  return Math.round(n * 10) / 10;
}
