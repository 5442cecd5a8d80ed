/** What a start tag does in the body of a page (HTML standard, 13.2.6.4.7). */
type Kind =
  /** It opens an element, and no more. */
  | 'plain'
  | 'formatting'
  | 'anchor'
  | 'nobr'
  /** It closes an open paragraph first. */
  | 'block'
  | 'heading'
  | 'pre'
  | 'li'
  | 'definition'
  | 'form'
  | 'button'
  | 'select'
  | 'option'
  /** A part of a ruby annotation that ends every other; one that leaves an open `<rtc>` as it is. */
  | 'ruby'
  | 'ruby text'
  /** It has no content. */
  | 'void'
  /** The same; it shows nothing, so that formatting does not go on for it. */
  | 'silent'
  | 'input'
  | 'rule'
  /** The same; in the head, too. */
  | 'metadata'
  /** Its content is text. */
  | 'raw'
  | 'object'
  | 'table'
  | 'caption'
  | 'columns'
  | 'column'
  | 'section'
  | 'row'
  | 'cell'
  | 'html'
  | 'head'
  | 'body'
  | 'noscript'
  | 'svg'
  /** Pages with such an element are left to the whole parser. */
  | 'strange';

/** How an end tag looks for what it ends. */
type End = 'in scope' | 'paragraph' | 'item' | 'heading' | 'form' | 'formatting' | 'break' | 'by name';

/** Where the parser is inside the body: which elements of a table or a form are the innermost open ones. */
export type Mode = 'body' | 'table' | 'section' | 'row' | 'cell' | 'caption' | 'columns' | 'select';

/** Whether anything may stand there that may stand in a body. */
export function takesContent(mode: Mode): boolean {
  return mode === 'body' || mode === 'cell' || mode === 'caption';
}

/** All that the parser knows about an element with a name: there is one for each name. */
export interface Tag {
  readonly name: string;
  /** One of its own: the known ones are counted from 0. */
  readonly number: number;
  readonly kind: Kind;
  readonly end: End;
  /** Where its content is, unless that depends on what is around it. */
  readonly mode: Mode | undefined;
  /** Some of the flags below. */
  readonly flags: number;
}

/** An end tag that belongs to no open element above such a one is left out (`special` in the standard). */
export const SPECIAL = 1;
/** Elements outside it are out of scope inside. */
export const SCOPE = 2;
export const FORMATTING = 4;
/** Its end tag may be left out. */
export const IMPLIED = 8;
/** A `<li>`, `<dd>` or `<dt>` in it does not end one outside. */
export const ITEM_BOUNDARY = 16;
/** A part of a table. */
export const PART = 32;
/** A list: items outside it are out of scope inside. */
export const LIST = 64;
/** In the body it opens an element, and no more. */
export const OPENS = 128;
/** What is formatted outside is not formatted inside, and formatting ends with it. */
export const MARKER = 256;

const KINDS: Readonly<Record<Kind, string>> = {
  plain:
    'abbr audio bdi bdo canvas cite data datalist del dfn ins kbd label legend map mark meter output picture progress q ' +
    'ruby samp slot span sub sup time var video',
  formatting: 'b big code em font i s small strike strong tt u',
  anchor: 'a',
  nobr: 'nobr',
  block:
    'address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer header hgroup ' +
    'main menu nav ol p search section summary ul',
  heading: 'h1 h2 h3 h4 h5 h6',
  pre: 'pre listing',
  li: 'li',
  definition: 'dd dt',
  form: 'form',
  button: 'button',
  select: 'select',
  option: 'option optgroup',
  ruby: 'rb rtc',
  'ruby text': 'rt rp',
  void: 'area br embed img keygen wbr',
  silent: 'param source track',
  input: 'input',
  rule: 'hr',
  metadata: 'base basefont bgsound link meta',
  raw: 'iframe noembed noframes script style textarea title xmp',
  object: 'applet marquee object',
  table: 'table',
  caption: 'caption',
  columns: 'colgroup',
  column: 'col',
  section: 'tbody tfoot thead',
  row: 'tr',
  cell: 'td th',
  html: 'html',
  head: 'head',
  body: 'body',
  noscript: 'noscript',
  svg: 'svg',
  strange: 'frame frameset image math plaintext template',
};

const FLAGS: readonly (readonly [number, string])[] = [
  [
    SPECIAL,
    'address applet area article aside base basefont bgsound blockquote body br button caption center col colgroup dd ' +
      'details dir div dl dt embed fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header ' +
      'hgroup hr html iframe img input li link listing main marquee menu meta nav noembed noframes noscript object ol p ' +
      'param plaintext pre script section select source style summary table tbody td template textarea tfoot th thead ' +
      'title tr track ul wbr xmp',
  ],
  [SCOPE, 'applet caption html marquee object table td template th'],
  [FORMATTING, 'a b big code em font i nobr s small strike strong tt u'],
  [IMPLIED, 'dd dt li optgroup option p rb rp rt rtc'],
  [PART, 'caption col colgroup tbody td tfoot th thead tr'],
  [LIST, 'ol ul'],
];

const ENDS: Readonly<Partial<Record<Kind, End>>> = {
  formatting: 'formatting',
  anchor: 'formatting',
  nobr: 'formatting',
  block: 'in scope',
  pre: 'in scope',
  button: 'in scope',
  object: 'in scope',
  definition: 'in scope',
  heading: 'heading',
  li: 'item',
  form: 'form',
};

const MODES: ReadonlySet<string> = new Set<Mode>([
  'table',
  'section',
  'row',
  'cell',
  'caption',
  'columns',
  'select',
]);

function isMode(kind: string): kind is Mode {
  return MODES.has(kind);
}

function tagOf(name: string, kind: Kind, number: number): Tag {
  let flags = 0;
  for (const [flag, names] of FLAGS) if (names.split(' ').includes(name)) flags |= flag;
  const isBoundary = (flags & SPECIAL) !== 0 && name !== 'address' && name !== 'div' && name !== 'p';
  if (isBoundary) flags |= ITEM_BOUNDARY;
  if (kind === 'plain' || kind === 'noscript' || kind === 'formatting' || kind === 'object') flags |= OPENS;
  if (kind === 'cell' || kind === 'caption' || kind === 'object') flags |= MARKER;
  const end = name === 'p' ? 'paragraph' : name === 'br' ? 'break' : (ENDS[kind] ?? 'by name');
  return { name, number, kind, end, mode: isMode(kind) ? kind : undefined, flags };
}

const KNOWN: readonly (readonly [string, Kind])[] = Object.entries(KINDS).flatMap(([kind, names]) =>
  names.split(' ').map((name) => [name, kind as Kind] as const),
);

/** The tags that are known, by their numbers. */
export const TAGS: readonly Tag[] = KNOWN.map(([name, kind], number) => tagOf(name, kind, number));

const ALL: ReadonlyMap<string, Tag> = new Map(TAGS.map((tag) => [tag.name, tag]));

/**
 * An element that the standard says nothing about.
 * @param place among those of its page
 */
export function unknownTag(name: string, place: number): Tag {
  return tagOf(name, 'plain', TAGS.length + place);
}

/** The tag with a name in small letters, if it is known. */
export function tagNamed(name: string): Tag | undefined {
  return ALL.get(name);
}

/** Known names of up to eight characters, by those: four in either number, the last ones in `late`. */
const SIZE = 1024;
const EARLY = new Int32Array(SIZE);
const LATE = new Int32Array(SIZE);
const TABLE: (Tag | undefined)[] = new Array<Tag | undefined>(SIZE).fill(undefined);
for (const tag of TAGS) {
  if (tag.name.length > 8) continue;
  let early = 0;
  let late = 0;
  for (let at = 0; at < tag.name.length; at++) {
    early = (early << 8) | (late >>> 24);
    late = (late << 8) | tag.name.charCodeAt(at);
  }
  let slot = slotOf(early, late);
  while (TABLE[slot] !== undefined) slot = (slot + 1) & (SIZE - 1);
  EARLY[slot] = early;
  LATE[slot] = late;
  TABLE[slot] = tag;
}

function slotOf(early: number, late: number): number {
  return Math.imul(early ^ Math.imul(late, 0x9e3779b1), 0x85ebca6b) >>> 22;
}

/** The known tag of such a name; longer names than eight characters are found by `tagNamed`. */
export function tagOfKey(early: number, late: number): Tag | undefined {
  for (let slot = slotOf(early, late); ; slot = (slot + 1) & (SIZE - 1))
    if ((LATE[slot] === late && EARLY[slot] === early) || LATE[slot] === 0) return TABLE[slot];
}

function known(name: string): Tag {
  return ALL.get(name) ?? unknownTag(name, 0);
}

/** Elements that the parser opens where their tags are left out. */
export const HTML: Tag = known('html');
export const HEAD: Tag = known('head');
export const BODY: Tag = known('body');
export const TBODY: Tag = known('tbody');
export const ROW: Tag = known('tr');
export const COLUMNS: Tag = known('colgroup');
export const PARAGRAPH: Tag = known('p');
export const BUTTON: Tag = known('button');
export const RUBY: Tag = known('ruby');
export const RTC: Tag = known('rtc');
export const TABLE_TAG: Tag = known('table');
export const CAPTION: Tag = known('caption');
export const SELECT: Tag = known('select');
export const OPTION: Tag = known('option');
export const OPTGROUP: Tag = known('optgroup');
/** Those that are looked for. */
export const BASE: number = known('base').number;
export const ANCHOR: number = known('a').number;
export const AREA: number = known('area').number;
/** Below the outermost element. */
export const NOTHING: Tag = unknownTag('', 0);
