/** What a piece of text is set in. Of one kind only one can hold at a time. */
export type Mark = { readonly kind: 'strong' | 'emphasis' | 'deleted' | 'code' } | LinkMark;

interface LinkMark {
  readonly kind: 'link';
  /** Ready to be written: see `destination`. */
  readonly url: string;
  /** How often it has been written: a link around blocks is one in each of them. */
  uses: number;
}

/** A piece of text with its marks, outermost first; code is always innermost. */
export interface Run {
  readonly kind: 'text' | 'break' | 'markdown';
  readonly text: string;
  readonly marks: readonly Mark[];
}

/** A link around more blocks than this is none in the others: its address would be repeated without end. */
const MAX_USES = 16;

const LINE_BREAKS = { paragraph: '\\\n', heading: ' ', cell: '<br>' } as const;
const DELIMITERS = { strong: '**', emphasis: '*', deleted: '~~' } as const;

/**
 * The text of a paragraph, heading or cell as CommonMark. White space is as browsers collapse it; emphasis begins and
 * ends at words, as CommonMark wants it (6.2), and is left out where it could not; what could be read as markup is
 * escaped, except for what is markup only at the start of a line.
 *
 * @param place where it is to stand: only a paragraph can have more than one line
 */
export function lineOf(source: readonly Run[], place: keyof typeof LINE_BREAKS): string {
  const readable = merged(collapsed(source.map(withoutUsedUp))).map((run) => withoutTrap(run, place));
  const runs = merged(withoutVainEmphasis(readable));
  const pieces: string[] = [];
  let code: string | undefined;
  let open: readonly Mark[] = [];
  const become = (marks: readonly Mark[]): void => {
    const kept = shared(open, marks);
    for (const mark of open.slice(kept).reverse()) {
      if (mark.kind === 'link') pieces.push(`](${mark.url})`);
      else if (mark.kind !== 'code') pieces.push(DELIMITERS[mark.kind]);
      else {
        pieces.push(codeSpan(code ?? ''));
        code = undefined;
      }
    }
    for (const mark of marks.slice(kept)) {
      if (mark.kind === 'code') code = '';
      else if (mark.kind !== 'link') pieces.push(DELIMITERS[mark.kind]);
      else {
        mark.uses++;
        // Otherwise it would be an image.
        const last = pieces.length - 1;
        if (pieces[last]?.endsWith('!') === true) pieces[last] = `${pieces[last].slice(0, -1)}\\!`;
        pieces.push('[');
      }
    }
    open = marks;
  };
  for (const run of runs) {
    become(run.marks);
    if (code !== undefined) code += run.text;
    else if (run.kind === 'break') pieces.push(LINE_BREAKS[place]);
    else pieces.push(run.kind === 'text' ? escaped(run.text) : run.text);
  }
  become([]);
  return pieces.join('');
}

function withoutUsedUp(run: Run): Run {
  return run.marks.some(isUsedUp) ? { ...run, marks: run.marks.filter((mark) => !isUsedUp(mark)) } : run;
}

function isUsedUp(mark: Mark): boolean {
  return mark.kind === 'link' && mark.uses >= MAX_USES;
}

/** In tables a backslash before a bar is taken away, and `[…]:` would be a definition, whether in code or not. */
function withoutTrap(run: Run, place: keyof typeof LINE_BREAKS): Run {
  const isTrap =
    (place === 'cell' && run.text.includes('\\|')) ||
    (run.text.includes(']:') && run.marks.some(({ kind }) => kind === 'link'));
  return isTrap ? { ...run, marks: run.marks.filter(({ kind }) => kind !== 'code') } : run;
}

/** In one piece, what is within words can be told from what is not. */
function merged(source: readonly Run[]): Run[] {
  const runs: Run[] = [];
  for (const run of source) {
    const last = runs[runs.length - 1];
    if (run.kind === 'text' && last?.kind === 'text' && isSame(last.marks, run.marks))
      runs[runs.length - 1] = { ...last, text: last.text + run.text };
    else runs.push(run);
  }
  return runs;
}

/** How many marks two pieces have in common, from outside. */
function shared(some: readonly Mark[], others: readonly Mark[]): number {
  let i = 0;
  for (; i < some.length; i++) {
    const one = some[i];
    const other = others[i];
    if (one === undefined || other === undefined || one.kind !== other.kind) break;
    if (one.kind === 'link' && one !== other) break;
  }
  return i;
}

function isSame(some: readonly Mark[], others: readonly Mark[]): boolean {
  return some.length === others.length && shared(some, others) === some.length;
}

/** What is between two pieces has the marks of both. Two pieces of code with a space between them stay two. */
function between(some: readonly Mark[], others: readonly Mark[]): readonly Mark[] {
  return some.slice(0, shared(some, others)).filter((mark, i) => mark.kind !== 'code' || mark === others[i]);
}

/** One space for all white space between words, none at the ends of lines, and marked only if what is around it is. */
function collapsed(source: readonly Run[]): Run[] {
  const runs: Run[] = [];
  let isSpaceDue = false;
  for (const run of source) {
    if (run.kind === 'break') {
      isSpaceDue = false;
      // A line that is empty would end the paragraph.
      if (runs.length > 0 && runs[runs.length - 1]?.kind !== 'break') runs.push(run);
      continue;
    }
    const text = run.kind === 'text' ? run.text.replace(/\s+/g, ' ') : run.text;
    const words = text.trim();
    if (text.startsWith(' ')) isSpaceDue = true;
    if (words === '') continue;
    const before = runs[runs.length - 1];
    if (isSpaceDue && before !== undefined && before.kind !== 'break')
      runs.push({ kind: 'text', text: ' ', marks: between(before.marks, run.marks) });
    runs.push({ kind: run.kind, text: words, marks: run.marks });
    isSpaceDue = text.endsWith(' ');
  }
  while (runs[runs.length - 1]?.kind === 'break') runs.pop();
  return runs.map((run, i) => {
    if (run.kind !== 'break') return run;
    const marks = between(runs[i - 1]?.marks ?? [], runs[i + 1]?.marks ?? []);
    return { ...run, marks: marks.filter(({ kind }) => kind !== 'code') };
  });
}

/** Delimiters must be next to words on their inner side, or to nothing that a word consists of on the outer. */
function withoutVainEmphasis(runs: Run[]): Run[] {
  for (let i = 0; i < runs.length; i++) {
    for (let depth = shared(runs[i - 1]?.marks ?? [], runs[i]?.marks ?? []); ;) {
      const marks = runs[i]?.marks ?? [];
      const mark = marks[depth];
      if (mark === undefined) break;
      let end = i + 1;
      while (shared(runs[end]?.marks ?? [], marks) > depth) end++;
      const isEmphasis = mark.kind !== 'link' && mark.kind !== 'code';
      const first = runs[i];
      const last = runs[end - 1];
      const isVain =
        isEmphasis &&
        !(
          opens(edge(mark, first, depth + 1, 'first'), outside(mark, first, runs[i - 1], 'last')) &&
          opens(edge(mark, last, depth + 1, 'last'), outside(mark, last, runs[end], 'first'))
        );
      if (!isVain) {
        depth++;
        continue;
      }
      for (let at = i; at < end; at++) {
        const run = runs[at];
        if (run !== undefined) runs[at] = { ...run, marks: run.marks.filter((_, place) => place !== depth) };
      }
    }
  }
  return runs;
}

/** Whether a delimiter between two characters is seen as one (CommonMark, 6.2: left- and right-flanking). */
function opens(inner: string, outer: string): boolean {
  return !/[\p{P}\p{S}]/u.test(inner) || /[\s\p{P}\p{S}]/u.test(outer);
}

/** The character next to a mark's delimiter between a piece and the one beside it, in the latter. */
function outside(mark: Mark, run: Run | undefined, beside: Run | undefined, which: Side): string {
  return edge(mark, beside, shared(run?.marks ?? [], beside?.marks ?? []), which);
}

type Side = 'first' | 'last';

/** The character of a piece that is next to a mark's delimiter, the piece's own marks from `depth` on being between them. */
function edge(mark: Mark, run: Run | undefined, depth: number, which: Side): string {
  if (run === undefined || run.kind === 'break') return ' ';
  // All delimiters of the same sign count as one.
  const isBare = run.marks.slice(depth).every(({ kind }) => mark.kind !== 'deleted' && isStarred(kind));
  if (!isBare || run.kind === 'markdown') return '!';
  const pattern = which === 'first' ? /^./su : /.$/su;
  return pattern.exec(which === 'first' ? run.text.slice(0, 2) : run.text.slice(-2))?.[0] ?? ' ';
}

function isStarred(kind: Mark['kind']): boolean {
  return kind === 'strong' || kind === 'emphasis';
}

/** What could be taken for markup anywhere in a line. */
const SPECIAL = /[\\`*[\]~]|_|<(?=[a-z/!?])|&(?=#\d{1,7};|#x[\da-f]{1,6};|[a-z][a-z\d]{1,31};)/gi;
const WORD = /[\p{L}\p{N}]/u;

function escaped(text: string): string {
  return text.replace(SPECIAL, (character, offset: number) => {
    // Within words underscores are nothing special.
    const isWithin =
      character === '_' && WORD.test(text.charAt(offset - 1)) && WORD.test(text.charAt(offset + 1));
    return isWithin ? character : `\\${character}`;
  });
}

/** Between more backticks than there are in it (CommonMark, 6.1). */
function codeSpan(code: string): string {
  const fence = '`'.repeat(longestRun(code) + 1);
  const isAmbiguous =
    code.startsWith('`') || code.endsWith('`') || (code.startsWith(' ') && code.endsWith(' '));
  const space = isAmbiguous ? ' ' : '';
  return fence + space + code + space + fence;
}

/** Of backticks. */
export function longestRun(code: string): number {
  let longest = 0;
  for (const [run] of code.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return longest;
}

/** An image; what it shows if it cannot be seen is text like other. */
export function image(alt: string, url: string): string {
  return `![${escaped(alt.replace(/\s+/g, ' ').trim())}](${destination(url)})`;
}

/** An address as it stands in a link (CommonMark, 6.3). */
export function destination(url: string): string {
  const plain = url.replace(/[\\<>]|&(?=#?\w+;)/g, '\\$&');
  return /[()\s]/.test(url) ? `<${plain}>` : plain;
}

/** Escapes what would make a line of a paragraph the start of something else. */
export function lineStart(line: string): string {
  const match = /^(?:#{1,6}(?=\s|$)|>|[-+](?=[\s-]|$)|=+\s*$|:-|\||\d{1,9}[.)](?=\s|$))/.exec(line);
  if (match === null) return line;
  const at = /^\d/.test(line) ? match[0].length - 1 : 0;
  return `${line.slice(0, at)}\\${line.slice(at)}`;
}

/** A backslash, which breaks a line, would become part of an address before it (GFM, 6.9). Two spaces do not. */
export function lineEnd(line: string): string {
  if (!line.endsWith('\\')) return line;
  const word = line.slice(line.lastIndexOf(' ') + 1);
  return /:\/\/|www\.|@/.test(word) ? `${line.slice(0, -1)}  ` : line;
}
