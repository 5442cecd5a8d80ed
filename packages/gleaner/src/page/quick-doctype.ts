/** What a document says about its kind, as the trees of the whole parser have it. */
export interface Doctype {
  readonly publicId: string;
  readonly systemId: string;
  readonly mode: 'no-quirks' | 'limited-quirks' | 'quirks';
}

const NAME = /^[ \t\n\f]+html(?:[ \t\n\f]+|$)/i;
const QUOTED = `("[^"]*"|'[^']*')`;
const PUBLIC = new RegExp(`^public[ \\t\\n\\f]+${QUOTED}(?:[ \\t\\n\\f]*${QUOTED})?[ \\t\\n\\f]*$`, 'i');
const LEGACY = /^system[ \t\n\f]+(["'])about:legacy-compat\1[ \t\n\f]*$/i;

const STANDARD = /^-\/\/w3c\/\/dtd (?:xhtml 1\.0 strict|xhtml 1\.1|html 4\.01|html 4\.0)\/\//i;
const XHTML = /^-\/\/w3c\/\/dtd xhtml 1\.0 (?:transitional|frameset)\/\//i;
const HTML4 = /^-\/\/w3c\/\/dtd html 4\.01 (?:transitional|frameset)\/\//i;
const QUIRKY = /^-\/\/w3c\/\/dtd html (?:4\.0 transitional|4\.0 frameset|3\.2|3\.2 final)\/\//i;

/**
 * Reads what stands between `<!DOCTYPE` and `>`: the common ones of HTML and XHTML (HTML standard, 13.2.6.4.1);
 * `undefined` if it is another.
 */
export function readDoctype(text: string): Doctype | undefined {
  const name = NAME.exec(text);
  if (name === null) return undefined;
  const rest = text.slice(name[0].length);
  if (rest === '') return { publicId: '', systemId: '', mode: 'no-quirks' };
  if (LEGACY.test(rest)) return { publicId: '', systemId: 'about:legacy-compat', mode: 'no-quirks' };
  const ids = PUBLIC.exec(rest);
  if (ids === null) return undefined;
  const publicId = ids[1]?.slice(1, -1) ?? '';
  const systemId = ids[2]?.slice(1, -1) ?? '';
  if (/ibm/i.test(systemId)) return undefined;
  if (STANDARD.test(publicId)) return { publicId, systemId, mode: 'no-quirks' };
  if (XHTML.test(publicId)) return { publicId, systemId, mode: 'limited-quirks' };
  if (QUIRKY.test(publicId)) return { publicId, systemId, mode: 'quirks' };
  // An empty one counts as said.
  if (HTML4.test(publicId))
    return { publicId, systemId, mode: ids[2] === undefined ? 'quirks' : 'limited-quirks' };
  return undefined;
}

/** As it is written when a tree is serialised. */
export function doctypeText({ publicId, systemId }: Doctype): string {
  let text = '!DOCTYPE html';
  if (publicId !== '') text += ` PUBLIC ${quoted(publicId)}`;
  else if (systemId !== '') text += ' SYSTEM';
  return systemId === '' ? text : `${text} ${quoted(systemId)}`;
}

function quoted(id: string): string {
  const quote = id.includes('"') ? "'" : '"';
  return quote + id + quote;
}
