import type { AnyNode, ChildNode, Document, Element, ParentNode, Text } from 'domhandler';
import { createRequire } from 'node:module';
import type * as Htmlparser2 from 'htmlparser2';
import type * as Parse5 from 'parse5';
import type * as Adapter from 'parse5-htmlparser2-tree-adapter';
import { appendText, appendWithin, newAttributes, newElement, newText } from './nodes.ts';
import { quickTree } from './quick-tree.ts';

/** Loaded when first needed: they take longer to load than all of ours, and pages of JSON never need them. */
const load = createRequire(import.meta.url);
let parse5: typeof Parse5 | undefined;
let adapter: Parse5.TreeAdapter<Adapter.Htmlparser2TreeAdapterMap> | undefined;
let htmlparser2: typeof Htmlparser2 | undefined;

/**
 * Parses HTML as browsers do (HTML standard, 13.2), never failing. Scripting counts as off, so that what stands in
 * `<noscript>` is elements: pages that load their images and texts late put the plain ones there.
 *
 * What is nested deeper than 512 elements is put beside what it stands in, as in Chrome. Some pages still get a little
 * deeper, where the parser moves what was mis-nested: whoever walks a tree must not recurse.
 *
 * Strings in the tree may be windows on the page: whoever keeps one must copy it, or keeps the page.
 */
export function parseHtml(html: string): Document {
  // UTF-8 has no lone surrogates.
  const quick = /\p{Cs}/u.test(html) ? undefined : quickTree(Buffer.from(html));
  return quick?.nodes.document ?? parseHtmlWhole(html);
}

/**
 * The same by the whole parser, which pages need that are not quite well-formed.
 * @internal
 */
export function parseHtmlWhole(html: string): Document {
  parse5 ??= load('parse5') as typeof Parse5;
  adapter ??= leanAdapter();
  return parse5.parse(html, { treeAdapter: adapter, scriptingEnabled: false });
}

/**
 * Parses XML, leniently: what is not well-formed is read as well as it can be, and entities that the document declares
 * are left as they stand, so that none can grow. Names keep their case and their prefix: `dc:creator`. A document ends
 * where it is nested deeper than 1,000 levels.
 */
export function parseXml(xml: string): Document {
  htmlparser2 ??= load('htmlparser2') as typeof Htmlparser2;
  const handler = new htmlparser2.DomHandler();
  let depth = 0;
  const parser = new htmlparser2.Parser(
    {
      onparserinit: (own) => handler.onparserinit(own),
      onopentag(name, attributes) {
        if (++depth > DEEPEST_XML) throw TOO_DEEP;
        handler.onopentag(name, attributes);
      },
      onclosetag() {
        depth--;
        handler.onclosetag();
      },
      ontext: (text) => handler.ontext(text),
      oncomment: (text) => handler.oncomment(text),
      oncommentend: () => handler.oncommentend(),
      oncdatastart: () => handler.oncdatastart(),
      oncdataend: () => handler.oncdataend(),
      onprocessinginstruction: (name, text) => handler.onprocessinginstruction(name, text),
      onend: () => handler.onend(),
    },
    { xmlMode: true },
  );
  try {
    parser.end(xml);
  } catch (error) {
    if (error !== TOO_DEEP) throw error;
  }
  return handler.root;
}

/** The time htmlparser2 takes for a tag grows with its depth: 3 s for 100,000 in one another. */
const DEEPEST_XML = 1000;
const TOO_DEEP = new Error('the document is nested too deep');

/** Whether a node is an element; those of `<script>` and `<style>` are, too. */
export function isElement(node: AnyNode): node is Element {
  const type: string = node.type;
  return type === 'tag' || type === 'script' || type === 'style';
}

export function isText(node: AnyNode): node is Text {
  const type: string = node.type;
  return type === 'text';
}

/**
 * The node that comes after another in the order of the document, inside it or behind it; `null` at the end of `top`.
 * What a `<template>` holds is a document of its own, and is left out.
 */
export function following(node: ChildNode, top: ParentNode): ChildNode | null {
  const child = 'children' in node && !isDocument(node) ? node.children[0] : undefined;
  return child ?? followingAll(node, top);
}

/** The node that comes after another and all that is in it; `null` at the end of `top`. */
export function followingAll(node: ChildNode, top: ParentNode): ChildNode | null {
  for (let at: ChildNode | null = node; at !== null && at !== top; at = at.parent) {
    if (at.next !== null) return at.next;
  }
  return null;
}

/** The first of the nodes in a node. */
export function firstIn(node: ParentNode): ChildNode | null {
  return node.children[0] ?? null;
}

function isDocument(node: AnyNode): node is Document {
  const type: string = node.type;
  return type === 'root';
}

/** Makes nodes of our own, and leaves out the two maps of attributes' namespaces, empty but for `xlink:href` in SVG. */
function leanAdapter(): Parse5.TreeAdapter<Adapter.Htmlparser2TreeAdapterMap> {
  const { adapter: whole } = load('parse5-htmlparser2-tree-adapter') as typeof Adapter;
  return {
    ...whole,
    createElement(name, namespace, attributes): Element {
      const values = newAttributes();
      for (const { prefix, name: local, value } of attributes)
        values[prefix ? `${prefix}:${local}` : local] = value;
      return newElement(name, values, namespace);
    },
    createTextNode: newText,
    appendChild: appendWithin,
    insertText: appendText,
    adoptAttributes(element, attributes) {
      for (const { name, value } of attributes) element.attribs[name] ??= value;
    },
  };
}
