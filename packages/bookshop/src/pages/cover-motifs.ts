import type { Random } from '../catalogue/random.ts';
import type { Palette } from './cover.ts';

/** Draws a picture of 240 × 240 as SVG elements; its lower edge is the lower edge of the cover. */
export type Motif = (draw: Random, palette: Palette) => string;

export const MOTIFS: readonly Motif[] = [hills, rings, tiles, waves, night, leaves, houses, arches, stripes];

function hills(draw: Random, { first, second, ink }: Palette): string {
  const ridge = (y: number, colour: string, opacity: number): string => {
    const a = y - draw.integer(15, 60);
    const b = y + draw.integer(0, 30);
    const c = y - draw.integer(10, 55);
    return `<path d="M0 ${y}C50 ${a} 90 ${a} 130 ${b}S200 ${c} 240 ${y - 10}V240H0Z" fill="${colour}" opacity="${opacity}"/>`;
  };
  const sun = `<circle cx="${draw.integer(60, 180)}" cy="${draw.integer(100, 125)}" r="${draw.integer(26, 40)}" fill="${first}"/>`;
  return sun + ridge(140, second, 0.6) + ridge(175, second, 1) + ridge(215, ink, 0.85);
}

function rings(draw: Random, { first, second, ink }: Palette): string {
  const x = draw.integer(60, 180);
  const y = draw.integer(110, 170);
  const colours = [first, second, ink];
  return Array.from({ length: 7 }, (_, i) => {
    const colour = colours[i % 3] ?? ink;
    return `<circle cx="${x}" cy="${y}" r="${i * 21 + 10}" fill="none" stroke="${colour}" stroke-width="${draw.integer(4, 11)}"/>`;
  }).join('');
}

function tiles(draw: Random, { first, second, ink }: Palette): string {
  const shapes = [
    'M0 0H48A48 48 0 0 1 0 48Z',
    'M48 0V48A48 48 0 0 1 0 0Z',
    'M48 48H0A48 48 0 0 1 48 0Z',
    'M24 0A24 24 0 1 1 23.9 0Z',
    'M0 0H48L0 48Z',
  ];
  const colours = [first, first, second, second, ink];
  let svg = '';
  for (let y = 0; y < 240; y += 48) {
    for (let x = 0; x < 240; x += 48) {
      if (draw.chance(0.12)) continue;
      svg += `<path transform="translate(${x} ${y})" d="${draw.pick(shapes)}" fill="${draw.pick(colours)}"/>`;
    }
  }
  return svg;
}

function waves(draw: Random, { first, second, ink }: Palette): string {
  const lift = draw.integer(8, 16);
  const moon = `<circle cx="${draw.integer(50, 190)}" cy="86" r="${draw.integer(18, 28)}" fill="${first}"/>`;
  const lines = Array.from({ length: 6 }, (_, i) => {
    const y = 112 + i * 24;
    const x = i % 2 === 0 ? 0 : -40;
    const colour = i % 3 === 2 ? ink : second;
    return `<path d="M${x} ${y}${`q20 ${-lift} 40 0t40 0`.repeat(4)}V260H${x}Z" fill="${colour}" opacity="${0.35 + i * 0.1}"/>`;
  });
  return moon + lines.join('');
}

function night(draw: Random, { first, second, ink, ground }: Palette): string {
  const stars = Array.from({ length: 34 }, () => {
    const size = draw.integer(6, 20) / 10;
    return `<circle cx="${draw.integer(10, 230)}" cy="${draw.integer(8, 180)}" r="${size}" fill="${ink}" opacity=".8"/>`;
  });
  const x = draw.integer(80, 170);
  const moon = `<circle cx="${x}" cy="122" r="40" fill="${first}"/><circle cx="${x + 17}" cy="112" r="36" fill="${ground}"/>`;
  const trees = Array.from({ length: 11 }, (_, i) => {
    const height = draw.integer(38, 86);
    return `<path d="M${i * 24 - 16} 240L${i * 24} ${240 - height}L${i * 24 + 16} 240Z" fill="${second}"/>`;
  });
  return stars.join('') + moon + trees.join('');
}

function leaves(draw: Random, { first, second, ink }: Palette): string {
  const berries = Array.from({ length: 9 }, () => {
    return `<circle cx="${draw.integer(15, 225)}" cy="${draw.integer(30, 220)}" r="${draw.integer(3, 6)}" fill="${ink}" opacity=".75"/>`;
  });
  return stem(70, draw.integer(-25, 10), second) + stem(165, draw.integer(-10, 30), first) + berries.join('');
}

/** A stem with six pairs of leaves, rooted at x and leaning by so much. */
function stem(x: number, lean: number, colour: string): string {
  let svg = `<path d="M${x} 240Q${x} 130 ${x + lean} 30" fill="none" stroke="${colour}" stroke-width="3"/>`;
  for (let i = 0; i < 6; i++) {
    const y = 210 - i * 32;
    const at = x + (lean * (i * i)) / 36;
    const length = 46 - i * 4;
    svg += `<path d="M${at} ${y}q${length * 0.3} ${-length * 0.7} ${length} ${-length * 0.5}q${-length * 0.3} ${length * 0.6} ${-length} ${length * 0.5}Z" fill="${colour}"/>`;
    svg += `<path d="M${at} ${y - 12}q${-length * 0.3} ${-length * 0.7} ${-length} ${-length * 0.5}q${length * 0.3} ${length * 0.6} ${length} ${length * 0.5}Z" fill="${colour}"/>`;
  }
  return svg;
}

function houses(draw: Random, { first, second, ink, ground }: Palette): string {
  const colours = [first, second, ink];
  let svg = '';
  for (let x = 0, i = draw.integer(0, 2); x < 240; i++) {
    const width = draw.integer(36, 58);
    const top = draw.integer(70, 150);
    const colour = colours[i % 3] ?? ink;
    svg += `<path d="M${x} 240V${top}L${x + width / 2} ${top - draw.integer(14, 40)}L${x + width} ${top}V240Z" fill="${colour}"/>`;
    for (let y = top + 14; y < 226; y += 26) {
      for (const side of [0.22, 0.6]) {
        if (draw.chance(0.2)) continue;
        svg += `<rect x="${(x + width * side).toFixed(1)}" y="${y}" width="${(width * 0.18).toFixed(1)}" height="13" fill="${ground}"/>`;
      }
    }
    x += width;
  }
  return svg;
}

function arches(draw: Random, { first, second, ink }: Palette): string {
  const colours = draw.shuffle([first, second, ink]);
  return Array.from({ length: 5 }, (_, i) => {
    const r = 96 - i * 19;
    const colour = colours[i % 3] ?? ink;
    return `<path d="M${120 - r} 240V174A${r} ${r} 0 0 1 ${120 + r} 174V240Z" fill="${colour}"/>`;
  }).join('');
}

function stripes(draw: Random, { first, second, ink }: Palette): string {
  const colours = [first, second, ink];
  const slope = draw.pick([-120, -60, 60, 120]);
  let svg = '';
  for (let x = -130, i = 0; x < 370; i++) {
    const width = draw.integer(8, 30);
    const colour = colours[i % 3] ?? ink;
    svg += `<path d="M${x} 240L${x + slope} 0h${width}L${x + width} 240Z" fill="${colour}"/>`;
    x += width + draw.integer(8, 22);
  }
  return svg;
}
