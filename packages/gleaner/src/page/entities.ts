import { createRequire } from 'node:module';

/** What decodes the entities of a text or an attribute (HTML standard, 13.2.5.72 to 13.2.5.84). */
interface Decoder {
  decodeHTML(text: string): string;
  decodeHTMLAttribute(value: string): string;
}

/** Loaded at the first page that has an entity: parse5's own, which is found from where parse5 is. */
const load = createRequire(import.meta.url);
let loaded: Decoder | undefined;

function decoder(): Decoder {
  return (loaded ??= createRequire(load.resolve('parse5'))('entities/decode') as Decoder);
}

/** The few that most pages have nothing else of. */
const COMMON: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};
const ANY_COMMON = /&(?:amp|lt|gt|quot|#39);/g;
const UNCOMMON = /&(?!(?:amp|lt|gt|quot|#39);)/;

/** A text without its entities. */
export function decodedText(text: string): string {
  return UNCOMMON.test(text) ? decoder().decodeHTML(text) : decodedCommon(text);
}

/** The same for the value of an attribute, where some that lack their semicolon are left as they are. */
export function decodedValue(value: string): string {
  return UNCOMMON.test(value) ? decoder().decodeHTMLAttribute(value) : decodedCommon(value);
}

function decodedCommon(text: string): string {
  return text.replace(ANY_COMMON, (entity) => COMMON[entity] ?? entity);
}
