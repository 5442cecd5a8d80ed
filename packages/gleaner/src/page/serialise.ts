import type { AnyNode, ChildNode, Element, ParentNode } from 'domhandler';
import { firstIn, isElement } from './tree.ts';

/** Elements without an end tag (HTML standard, 13.1.2 and 13.3). */
const VOID: ReadonlySet<string> = new Set(
  'area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr'.split(
    ' ',
  ),
);

/** Elements whose text is written as it is (13.3). */
const RAW: ReadonlySet<string> = new Set([
  'style',
  'script',
  'xmp',
  'iframe',
  'noembed',
  'noframes',
  'plaintext',
]);

/**
 * What is in a node, as HTML (HTML standard, 13.3) or XML.
 * @param outer whether the node itself is written, too
 */
export function serialise(top: ParentNode, isXml: boolean, outer: boolean): string {
  let html = '';
  const open = (node: AnyNode): void => {
    html += isElement(node) ? startTag(node, isXml) : content(node, isXml);
  };
  const close = (node: AnyNode): void => {
    if (isElement(node)) html += endTag(node, isXml);
    else if (isCdata(node)) html += ']]>';
  };
  if (outer) open(top);
  let node: ChildNode | null = firstIn(top);
  while (node !== null) {
    open(node);
    // What a <template> holds belongs to its markup: here the walk enters every node.
    const child: ChildNode | null =
      'children' in node && !isVoid(node, isXml) ? (node.children[0] ?? null) : null;
    if (child !== null) {
      node = child;
      continue;
    }
    for (let at: ChildNode | null = node; ; at = at.parent) {
      if (at === null || at === top) {
        node = null;
        break;
      }
      close(at);
      if (at.next !== null) {
        node = at.next;
        break;
      }
    }
  }
  if (outer) close(top);
  return html;
}

function startTag(element: Element, isXml: boolean): string {
  let tag = `<${element.name}`;
  for (const name in element.attribs) tag += ` ${name}="${escapedValue(element.attribs[name] ?? '', isXml)}"`;
  return isXml && element.children.length === 0 ? `${tag}/>` : `${tag}>`;
}

function endTag(element: Element, isXml: boolean): string {
  const hasNone = isXml ? element.children.length === 0 : VOID.has(element.name);
  return hasNone ? '' : `</${element.name}>`;
}

function isVoid(node: AnyNode, isXml: boolean): boolean {
  return !isXml && isElement(node) && VOID.has(node.name);
}

function isCdata(node: AnyNode): boolean {
  const type: string = node.type;
  return type === 'cdata';
}

function content(node: AnyNode, isXml: boolean): string {
  const type: string = node.type;
  if (type === 'cdata') return '<![CDATA[';
  if (!('data' in node)) return '';
  if (type === 'comment') return `<!--${node.data}-->`;
  // htmlparser2 leaves out the question mark at the end.
  if (type === 'directive')
    return node.data.startsWith('?') ? `<${node.data.replace(/\?$/, '')}?>` : `<${node.data}>`;
  const { parent } = node;
  const isRaw = parent !== null && (isXml ? isCdata(parent) : isElement(parent) && RAW.has(parent.name));
  return isRaw ? node.data : escapedText(node.data, isXml);
}

function escapedText(text: string, isXml: boolean): string {
  if (!/[&<>\u00a0]/.test(text)) return text;
  const escaped = text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  return isXml ? escaped : escaped.replace(/\u00a0/g, '&nbsp;');
}

function escapedValue(text: string, isXml: boolean): string {
  if (!/["&<>\u00a0]/.test(text)) return text;
  return escapedText(text, isXml).replace(/"/g, '&quot;');
}
