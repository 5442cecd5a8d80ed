// `node scripts/picture.mjs FILE.svg COMMAND…`: runs a command on a terminal of its own (with script(1)) and draws
// what it leaves on the screen as an SVG. How docs/start.svg is made: node scripts/picture.mjs docs/start.svg npm start

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const COLUMNS = 124;
const CELL = { width: 8.4, height: 19 };
const MARGIN = 18;
/** Colours of SGR codes 31 to 36 on a dark ground. */
const COLOURS = { 31: '#ff7b72', 32: '#7ee787', 33: '#f2cc60', 36: '#79c0ff' };

const [file, ...command] = process.argv.slice(2);
if (file === undefined || command.length === 0) {
  console.error('usage: node scripts/picture.mjs FILE.svg COMMAND…');
  process.exit(2);
}
const record = path.join(tmpdir(), `picture-${process.pid}.txt`);
const shell = `stty cols ${COLUMNS}; npm_config_loglevel=error ${command.join(' ')}`;
const { status } = spawnSync('script', ['-qec', shell, record], {
  stdio: 'ignore',
  env: { ...process.env, TERM: 'xterm-256color', NO_COLOR: '' },
});
if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}`);
const output = readFileSync(record, 'utf8').split('\n').slice(1, -2).join('\n');

/** @typedef {{ text: string, style: string }} Cell */
/** @type {Cell[][]} */
const screen = [[]];
let column = 0;
let colour = '';
let weight = '';
// Text, line ends, carriage returns, "erase to the end of the line" and colours: what our own output consists of.
// eslint-disable-next-line no-control-regex
const tokens = output.matchAll(/\u001b\[[?\d;]*[A-Za-z]|\r|\n|[^\u001b\r\n]/gu);
for (const [token] of tokens) {
  const line = screen.at(-1) ?? [];
  if (token === '\n') {
    screen.push([]);
    column = 0;
  } else if (token === '\r') column = 0;
  else if (token === '\u001b[K') line.length = Math.min(line.length, column);
  else if (token.startsWith('\u001b') && !token.endsWith('m')) continue;
  else if (token.startsWith('\u001b')) {
    const code = Number(token.slice(2, -1));
    if (code === 0) colour = weight = '';
    else if (code === 1) weight = 'font-weight:bold;';
    else if (code === 2) weight = 'opacity:.6;';
    else if (code === 22) weight = '';
    else if (code === 39) colour = '';
    else colour = `fill:${COLOURS[/** @type {keyof typeof COLOURS} */ (code)] ?? 'inherit'};`;
  } else line[column++] = { text: token, style: colour + weight };
}
while (screen[0]?.length === 0) screen.shift();
// npm's own spinner may be left over.
while (screen.at(-1)?.every(({ text }) => /[\s\u2800-\u28ff]/.test(text))) screen.pop();
screen.unshift(
  [...`$ ${command.join(' ')}`].map((text) => ({ text, style: 'opacity:.6;' })),
  [],
);

/** @param {string} text */
const escaped = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
const width = Math.round(COLUMNS * CELL.width + 2 * MARGIN);
const height = screen.length * CELL.height + 2 * MARGIN;
const lines = screen.map((cells, row) => {
  let spans = '';
  for (let at = 0; at < cells.length;) {
    const style = cells[at]?.style ?? '';
    let text = '';
    while (at < cells.length && (cells[at]?.style ?? '') === style) text += cells[at++]?.text ?? ' ';
    spans += style === '' ? escaped(text) : `<tspan style="${style}">${escaped(text)}</tspan>`;
  }
  return `<text x="${MARGIN}" y="${MARGIN + (row + 0.75) * CELL.height}">${spans}</text>`;
});
writeFileSync(
  file,
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<style>text{font:14px ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;fill:#e6edf3;white-space:pre}</style>
<rect width="100%" height="100%" rx="10" fill="#0d1117"/>
${lines.join('\n')}
</svg>
`,
);
