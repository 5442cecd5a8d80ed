export const CRAWL_HELP: string = `glean crawl: follow links from page to page, print the items found

  glean crawl spider.ts [URL…]   what the spider in the file finds; TypeScript or JavaScript as it is
  glean crawl URL… --follow CSS --item CSS --field NAME=CSS    without any code

The file exports a spider by default, and, if it likes, where it starts and how it crawls:
  import { follow, spider } from 'gleaner';
  export const start = 'https://books.example/';
  export const options = { maxDepth: 3 };
  export default spider(function* (page) { yield follow(page.links('li.next a')); yield { … }; });
Addresses and options of the command line win over those of the file. Types are not checked.

Without code
      --follow CSS      follow the links of these elements, on every page; may be repeated; '*': every link
      --item CSS        one item for each of these elements; without it one for each page
      --field NAME=CSS  a field of the item: the text of the first such element within it; may be repeated
        NAME=CSS@ATTR     its attribute instead              NAME=@ATTR   one of the item's own element
        NAME=CSS|number   text, number, link, date, html, markdown, json; |list: of all such elements
        NAME=|url         the page's own address
      Without --field: url, title, description and h1 of the page; with --item its url, text and link.

What it remembers
      --store FILE      keep all it knows in FILE: the same command later goes on where this one stopped
      --fresh           begin anew, whatever FILE holds
      --archive DIR     keep all that is fetched in DIR, as WARC files: glean replay crawls these again
      --cache FILE      keep pages between crawls: what has not changed is not sent again

Where it goes
  -o, --output TARGET   a file that ends in .jsonl, .json, .csv, .tsv, .parquet or .sqlite (#TABLE), or
                        postgres://…?table=TABLE, or - for standard output (the default: lines of JSON);
                        may be repeated. With a store, files and tables hold the items of former runs as
                        well; standard output gets new ones only.

Which items
      --schema FILE     only those that fit the Standard Schema (of zod, valibot, arktype …) which FILE has as
                        its default export, as what it makes of them; FILE is TypeScript or JavaScript
      --invalid FILE    keep the others here, each with its page and the reason (a TARGET, as of --output);
                        without it they are counted, by reason. The store keeps all items as they were found.

What it follows
      --within WHAT     pages of the start pages' host (the default), origin, domain, or any
      --allow GLOB      only addresses like this; may be repeated      --deny GLOB   none like this
      --max-depth N     so many links away from the start              --max-pages N, --max-items N   in all
      --sitemaps        the pages in the sitemaps that robots.txt names
      --sitemap URL     those in this one; may be repeated             --since DATE  only if changed since
      --order WHAT      breadth (the default) or depth first
      --sort-query      addresses that differ in the order of their query are one
      --drop-param NAME a query parameter that does not matter, as utm_*; may be repeated

How it asks
  -c, --concurrency N   requests under way at a time, in all (32)
      --per-host N      … and at one host (1)
      --delay TIME      least time between two requests to one host; auto: as long as it took to answer (auto)
      --no-robots       do not obey robots.txt
      --timeout TIME    for one attempt at a page (30s)         --retries N     more attempts (2)
      --max-bytes SIZE  the most that a page may have (10MiB)   --max-redirects N followed for a page (10)
      --max-time TIME   for the whole crawl (none)              --accept STATUS a page, not a failure
  -H, --header 'N: V'   sent with every request                 --no-cookies    keep none
      --auth ORIGIN=NAME:PASSWORD, --auth ORIGIN=bearer:TOKEN   sent to that origin only
      --proxy URL       by turns, if repeated
      --allow-private   links and redirects may lead to hosts that are not on the public internet; without it
                        only the start pages' hosts may be such
  TIME is 500ms, 10s, 2m or 1h; a bare number is seconds. SIZE is 512kB, 10MB or 10MiB, or bytes.

What it says
  -q, --quiet           nothing on standard error but errors
      --json            progress and summary as lines of JSON on standard error
  On a terminal live rows show how far it is, and its hosts where they are few.
  Ctrl-C once: finish what is in flight, and report. Twice: stop now; with a store nothing is lost.

Exit status
  0  every page was had, or is forbidden by robots.txt        3  a file or the output failed
  1  some pages failed, or some items do not fit --schema     4  --max-time was over
  2  the command, the spider or the schema was wrong          130  stopped by Ctrl-C

Examples
  glean crawl spider.ts -o books.csv -o books.sqlite --store books.glean
  glean crawl https://books.example/ --follow 'li.next a' --item article.product_pod \\
      --field 'title=h3 a@title' --field 'price=.price_color|number' --field 'url=h3 a|link'
`;
