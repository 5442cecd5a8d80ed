export { jsonLinesFile, type Sink } from '../sinks/json-lines.ts';
export { main } from './main.ts';
export { progressLine, type Progressing } from './progress.ts';
export { report } from './report.ts';
export { bytes, fit, grouped, palette, printable, span, type Palette } from './terminal.ts';
