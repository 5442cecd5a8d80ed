import type { ChildNode, Element, ParentNode } from 'domhandler';
import { isElement, isText } from './tree.ts';
import { walk } from './walk.ts';

/** Where a page's content is. */
export interface MainContent {
  /** What is to be read, in this order: perhaps the page's title, and what holds the content. */
  readonly parts: readonly Element[];
  /** What in it is not content. */
  readonly clutter: ReadonlySet<Element>;
}

/**
 * Finds what a page is about among all that surrounds it. The idea is Arc90's (2009), on which browsers' reading modes
 * rest: content is prose, and prose is long pieces of text with few links in them. Here each element is as good as the
 * prose within it, and the way down from the root to where nearly all of it is leads to the content; what its element,
 * role or class says to be navigation, advertisement and the like does not count. `<main>` and `<article>` are believed.
 *
 * If that leaves too little, as on pages that are nothing but links, less is taken for clutter. It takes time in
 * proportion to the page's size.
 */
export function mainContent(root: ParentNode): MainContent {
  const strict = survey(root, true);
  const { prose } = strict.total;
  if (prose >= PLENTY || (prose >= ENOUGH && prose >= 0.25 * strict.dropped.prose))
    return chosen(root, strict);
  const lenient = survey(root, false);
  return lenient.total.text > 2 * strict.total.text ? chosen(root, lenient) : chosen(root, strict);
}

/** So much prose, in characters, is a page's content; less is perhaps what is left when too much was taken away. */
const ENOUGH = 140;
/** So much is, even if there is more in the comments. */
const PLENTY = 1000;
/** Shorter pieces of text are labels, dates and the like, and no prose. In characters. */
const MIN_PIECE = 25;
/** A form with less prose is for searching, or for signing in; one with more is around the whole page. */
const MAX_FORM = 200;

/** What is in an element. Lengths are in characters. */
interface Block {
  text: number;
  /** How much of it is links, and how many there are. */
  linked: number;
  links: number;
  /** What stands in it and not in blocks within it. */
  own: number;
  ownLinked: number;
  /** What is no label and no link, by how free of links the pieces are. */
  prose: number;
}

function empty(): Block {
  return { text: 0, linked: 0, links: 0, own: 0, ownLinked: 0, prose: 0 };
}

interface Survey {
  readonly blocks: ReadonlyMap<ParentNode, Block>;
  readonly clutter: ReadonlySet<Element>;
  /** Of all that is not clutter, and of what is, but could be content by its looks. */
  readonly total: Block;
  readonly dropped: Block;
  readonly mains: readonly Element[];
  readonly articles: readonly Element[];
  readonly titles: readonly Element[];
}

function survey(root: ParentNode, isStrict: boolean): Survey {
  const total = empty();
  const dropped = empty();
  const blocks = new Map<ParentNode, Block>([[root, total]]);
  const clutter = new Set<Element>();
  const mains: Element[] = [];
  const articles: Element[] = [];
  const titles: Element[] = [];
  /** The blocks that are open, the root's first. */
  const open = [total];
  let at = total;
  let openLinks = 0;
  let openArticles = 0;
  let openQuotes = 0;
  let openTables = 0;

  const drop = (element: Element): void => {
    const block = blocks.get(element);
    clutter.add(element);
    if (block !== undefined) dropped.prose += block.prose;
  };

  walk(root, {
    enter(node) {
      if (isText(node)) {
        const length = node.data.trim().length;
        at.text += length;
        at.own += length;
        if (openLinks > 0) {
          at.linked += length;
          at.ownLinked += length;
        }
        return true;
      }
      if (!isElement(node)) return true;
      const { name } = node;
      if (UNREADABLE.has(name) || isHidden(node)) {
        clutter.add(node);
        return false;
      }
      if (name === 'a') openLinks++;
      else if (name === 'article') openArticles++;
      else if (name === 'blockquote') openQuotes++;
      else if (name === 'table') openTables++;
      else if (name === 'h1') titles.push(node);
      if (name === 'main' || node.attribs.role === 'main') {
        mains.push(node);
        openArticles++;
      }
      at = empty();
      open.push(at);
      blocks.set(node, at);
      return true;
    },
    leave(node) {
      if (!isElement(node)) return;
      const { name } = node;
      const block = at;
      open.pop();
      at = open[open.length - 1] ?? total;
      if (name === 'a') {
        openLinks--;
        block.links++;
      } else if (name === 'article') openArticles--;
      else if (name === 'blockquote') openQuotes--;
      else if (name === 'table') openTables--;
      const isMain = name === 'main' || node.attribs.role === 'main';
      if (isMain) openArticles--;
      if (INLINE.has(name)) {
        at.own += block.own;
        at.ownLinked += block.ownLinked;
      } else if (block.own >= MIN_PIECE) {
        const free = block.own - block.ownLinked;
        block.prose += (free * free) / block.own;
      }
      if (
        isStrict &&
        !isMain &&
        (isClutter(node, openArticles > 0, openQuotes > 0) ||
          (name === 'form' && block.prose < MAX_FORM) ||
          (openTables === 0 && isListOfLinks(node, block)))
      ) {
        drop(node);
        return;
      }
      if (name === 'article' && openArticles === 0) articles.push(node);
      at.text += block.text;
      at.linked += block.linked;
      at.links += block.links;
      at.prose += block.prose;
    },
  });
  return { blocks, clutter, total, dropped, mains, articles, titles };
}

function chosen(root: ParentNode, page: Survey): MainContent {
  const found = element(root, page);
  const [title] = page.titles;
  // The page's title often stands before its content.
  const isTitled = title !== undefined && page.titles.length === 1 && !isWithin(title, found);
  const parts = [
    ...(isTitled ? [title] : []),
    ...(isElement(found) ? [found] : found.children.filter(isElement)),
  ];
  return { parts, clutter: page.clutter };
}

function element(root: ParentNode, page: Survey): ParentNode {
  const { total } = page;
  const prose = (node: ParentNode): number => page.blocks.get(node)?.prose ?? 0;
  const [main] = page.mains;
  let at: ParentNode = root;
  if (main !== undefined && (prose(main) >= total.prose * 0.3 || prose(main) >= ENOUGH)) at = main;
  const articles = page.articles.length === 1 ? page.articles : [];
  for (const article of articles) if (prose(article) >= prose(at) * 0.5 && prose(article) > 0) return article;
  if (at === main) return main;
  for (;;) {
    let best: Element | undefined;
    let hasHeading = false;
    for (const child of at.children) {
      if (!isElement(child)) continue;
      if (/^h[1-3]$/.test(child.name)) hasHeading = true;
      if (prose(child) > (best === undefined ? 0 : prose(best)) && !page.clutter.has(child)) best = child;
    }
    // What has a title of its own is whole. The body's is recovered if there is but one.
    if (best === undefined || !CONTAINERS.has(best.name)) return at;
    if (hasHeading && isElement(at) && at.name !== 'body') return at;
    const isNamed = CONTENT.test(`${best.attribs.class ?? ''} ${best.attribs.id ?? ''}`);
    if (prose(best) < prose(at) * (isNamed ? 0.75 : 0.9)) return at;
    at = best;
  }
}

function isWithin(node: Element, top: ParentNode): boolean {
  for (let at: ChildNode | ParentNode | null = node; at !== null; at = at.parent) if (at === top) return true;
  return false;
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}

/** Is no text, or none that is shown. */
export const UNREADABLE: ReadonlySet<string> = words(
  'audio area canvas datalist embed frame frameset head iframe input link map meta noframes noscript object ' +
    'option script select style svg template textarea title video',
);
/** Parts of a line; everything else is a block. */
export const INLINE: ReadonlySet<string> = words(
  'a abbr acronym b bdi bdo big br cite code data del dfn em font i img ins kbd label mark math meter nobr output picture ' +
    'progress q rp rt ruby s samp small span strike strong sub sup time tt u var wbr',
);
/** What content may be a part of. */
const CONTAINERS = words('article body center div form html main section table tbody td tr');
/** Around content, or beside it. */
const ASIDE = words('aside button dialog footer menu nav');
const ROLES = words(
  'alert alertdialog banner complementary contentinfo dialog menu menubar navigation search tablist toolbar tooltip',
);
/** Only these are judged by their class: those of others are about looks, or colour a program. */
const JUDGED = words('div dl form footer header ol p section table ul');
const CONTENT = /(?:^|[\s_-])(?:article|body|content|entry|main|post|story|text)(?:[\s_-]|$)/i;
const CLUTTER =
  /(?:^|[\s_-])(?:ads?|adverts?|advertisement|banner|breadcrumbs?|byline-share|comments?|consent|cookies?|disqus|footer|headerlink|masthead|menu|modal|nav|navbar|navfooter|navheader|navigation|newsletter|pager|pagination|paywall|popup|promo|recommended|related|share|sharing|sidebar|signup|skip|social|sponsored|subscribe|toolbar|widget)(?:[\s_-]|$)/i;
/** Remarks in the margin belong to the text. */
const REMARK =
  /(?:^|[\s_-])(?:admonition|attention|callout|caution|danger|example|hint|important|info|note|tip|warning)(?:[\s_-]|$)/i;

function isHidden({ attribs }: Element): boolean {
  return (
    attribs.hidden !== undefined ||
    attribs['aria-hidden'] === 'true' ||
    /display\s*:\s*none/i.test(attribs.style ?? '')
  );
}

function isClutter({ name, attribs }: Element, inArticle: boolean, inQuote: boolean): boolean {
  const names = `${attribs.class ?? ''} ${attribs.id ?? ''}`;
  if (ASIDE.has(name)) return !REMARK.test(names) && !(name === 'footer' && inQuote);
  if (name === 'header' && !inArticle) return true;
  if (ROLES.has(attribs.role ?? '')) return true;
  return JUDGED.has(name) && CLUTTER.test(names) && !CONTENT.test(names);
}

/** Nothing but links, and none that a title announces. */
function isListOfLinks(element: Element, block: Block): boolean {
  const { name } = element;
  if (name !== 'div' && name !== 'ul' && name !== 'table') return false;
  if (block.links < 4 || block.linked < 0.8 * block.text || block.prose > 0) return false;
  let before = element.prev;
  for (let i = 0; i < 5 && before !== null && !isElement(before); i++) before = before.prev;
  return before === null || !isElement(before) || !/^(?:h\d|p|dt)$/.test(before.name);
}
