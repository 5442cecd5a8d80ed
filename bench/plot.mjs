// A plain chart of horizontal bars as SVG, for light and for dark screens.

import { digits } from './series.mjs';

/**
 * @typedef {object} Bar
 * @property {string} label Markdown's marks are left out
 * @property {number} value more than 0 on a logarithmic scale
 * @property {boolean} [isOurs] has the colour that the eye finds
 */

const WIDTH = 900;
const MARGIN = 16;
/** Heights of a bar with what is between it and the next one, and of a group's title. */
const ROW = 20;
const BAR = 13;
const HEAD = 26;
/** Above the bars: the chart's title and what is counted; below them: the scale. */
const TOP = 62;
const BOTTOM = 34;
/** Room for a figure beyond the longest bar. */
const FIGURE = 56;
/** Widths of a character: the fonts of systems differ, so it is rather too much. */
const LETTER = 6.9;
const LONGEST_LABEL = 56;

const STYLE = `
  text { font: 13px system-ui, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif; fill: #1f2328; }
  text { stroke: #ffffff; stroke-width: 3px; stroke-linejoin: round; paint-order: stroke; }
  .title { font-size: 16px; font-weight: 600; }
  .group { font-weight: 600; }
  .unit, .tick { fill: #59636e; }
  .tick { font-size: 11px; }
  .paper { fill: #ffffff; }
  .line { stroke: #d1d9e0; }
  .zero { stroke: #59636e; }
  .bar { fill: #9aa4af; }
  .ours { fill: #1f6feb; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; stroke: #0d1117; }
    .unit, .tick { fill: #9198a1; }
    .paper { fill: #0d1117; }
    .line { stroke: #2f3742; }
    .zero { stroke: #9198a1; }
    .bar { fill: #59636e; }
    .ours { fill: #4493f8; }
  }
`;

/**
 * Bars from 0; on a logarithmic scale from 1, to the right or to the left. Nothing if there are no bars.
 *
 * @param {object} chart
 * @param {string} chart.title
 * @param {string} chart.unit what the figures are
 * @param {readonly { title?: string, bars: readonly Bar[] }[]} chart.groups
 * @param {boolean} [chart.isLogarithmic]
 * @returns {string | undefined}
 */
export function barChart({ title, unit, groups, isLogarithmic = false }) {
  const filled = groups.filter(({ bars }) => bars.length > 0);
  const all = filled.flatMap(({ bars }) => bars);
  if (all.length === 0) return undefined;
  const labels = Math.max(...all.map(({ label }) => shown(label).length)) * LETTER;
  const left = MARGIN + labels + 10 + (isLogarithmic ? FIGURE : 0);
  const values = all.map(({ value }) => value);
  const { at, ticks } = (isLogarithmic ? logarithmic : linear)(values, left, WIDTH - MARGIN - FIGURE);
  const parts = [];
  let y = TOP;
  for (const { title, bars } of filled) {
    if (title !== undefined) {
      parts.push(`<text class="group" x="${MARGIN}" y="${y + 18}">${escaped(shown(title))}</text>`);
      y += HEAD;
    }
    for (const bar of bars) {
      parts.push(...drawn(bar, y, at, isLogarithmic ? 1 : 0));
      y += ROW;
    }
  }
  const scale = ticks.flatMap((tick) => {
    const x = at(tick).toFixed(1);
    const isStart = tick === (isLogarithmic ? 1 : 0);
    return [
      `<line class="${isStart ? 'zero' : 'line'}" x1="${x}" x2="${x}" y1="${TOP - 6}" y2="${y + 4}"/>`,
      `<text class="tick" x="${x}" y="${y + 20}" text-anchor="middle">${figure(tick)}</text>`,
    ];
  });
  const height = y + BOTTOM;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">`,
    `<title>${escaped(`${title}: ${unit}`)}</title>`,
    `<style>${STYLE}</style>`,
    `<rect class="paper" width="${WIDTH}" height="${height}"/>`,
    `<text class="title" x="${MARGIN}" y="26">${escaped(title)}</text>`,
    `<text class="unit" x="${MARGIN}" y="46">${escaped(unit)}</text>`,
    ...scale,
    ...parts,
    '</svg>',
  ].join('\n')}\n`;
}

/** @param {Bar} bar @param {number} y @param {(value: number) => number} at @param {number} start */
function drawn({ label, value, isOurs }, y, at, start) {
  const [from, to] = [at(start), at(value)];
  const isLeft = to < from;
  const middle = (y + ROW / 2 + 4.5).toFixed(1);
  const box = [
    `x="${Math.min(from, to).toFixed(1)}" width="${Math.max(1, Math.abs(to - from)).toFixed(1)}"`,
    `y="${(y + (ROW - BAR) / 2).toFixed(1)}" height="${BAR}"`,
  ].join(' ');
  return [
    `<text x="${MARGIN}" y="${middle}">${escaped(shown(label))}</text>`,
    `<rect class="bar${isOurs === true ? ' ours' : ''}" ${box}/>`,
    `<text x="${(to + (isLeft ? -5 : 5)).toFixed(1)}" y="${middle}" text-anchor="${isLeft ? 'end' : 'start'}">${figure(value)}</text>`,
  ];
}

/** From 0 in steps of 1, 2 or 5 times a power of ten. */
function linear(
  /** @type {readonly number[]} */ values,
  /** @type {number} */ left,
  /** @type {number} */ right,
) {
  const most = Math.max(...values);
  const power = 10 ** Math.floor(Math.log10(most / 4));
  const step = ([1, 2, 5].find((factor) => most / (factor * power) <= 6) ?? 10) * power;
  return {
    at: (/** @type {number} */ value) => left + (value / most) * (right - left),
    ticks: Array.from({ length: Math.floor(most / step) + 1 }, (_, i) => i * step),
  };
}

/** Powers of ten; 1 is always among them. */
function logarithmic(
  /** @type {readonly number[]} */ values,
  /** @type {number} */ left,
  /** @type {number} */ right,
) {
  const least = Math.floor(Math.min(-1, ...values.map(Math.log10)));
  const most = Math.ceil(Math.max(1, ...values.map(Math.log10)));
  return {
    at: (/** @type {number} */ value) =>
      left + ((Math.log10(value) - least) / (most - least)) * (right - left),
    ticks: Array.from({ length: most - least + 1 }, (_, i) => 10 ** (least + i)),
  };
}

const figure = (/** @type {number} */ value) => (value === 0 ? '0' : digits(value));

function shown(/** @type {string} */ label) {
  const plain = label.replace(/\*\*|`/g, '');
  return plain.length <= LONGEST_LABEL ? plain : `${plain.slice(0, LONGEST_LABEL - 1).trimEnd()}…`;
}

const escaped = (/** @type {string} */ text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
