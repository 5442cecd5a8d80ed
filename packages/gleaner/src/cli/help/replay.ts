export const REPLAY_HELP: string = `glean replay: a crawl again, over the pages that an archive holds, without the network

  glean replay DIR spider.ts [URL…]      what the spider in the file finds in the pages of DIR
  glean replay DIR [URL…] --follow CSS --item CSS --field NAME=CSS    without any code

DIR is what glean crawl --archive DIR has filled, once or several times, or any folder of *.warc.gz and *.warc
files; of each page the latest response counts. It begins where those crawls began, whatever start the file
exports, or with the addresses given: the files of other programs do not say where. No connection is ever made:
a page that is not in DIR fails with the code NOT_ARCHIVED. Nothing is waited for or tried again, and robots.txt
is not asked.

As of glean crawl (glean help crawl)
      --follow, --item, --field                           a spider without code
  -o, --output TARGET   --schema FILE   --invalid FILE    where items go, and which do
      --store FILE      --fresh                           go on later; not with the store of the crawl itself
      --within, --allow, --deny, --max-depth, --max-pages, --max-items, --sitemaps, --sitemap, --since,
      --order, --sort-query, --drop-param                 what it follows
  -c, --concurrency N   hosts at a time (32)              --max-time TIME   for all of it (none)
      --max-bytes, --max-redirects, --accept STATUS       what is a page
  -q, --quiet           --json                            what it says
What the spider's file says in its options about how servers are asked is passed over.

Exit status
  0  every page was had                                     3  DIR, a file or the output failed
  1  some pages failed, those that are not in DIR, say      4  --max-time was over
  2  the command, or the spider's file, was wrong           130  stopped by Ctrl-C

Examples
  glean crawl https://books.example/ --follow 'li.next a' --archive books
  glean replay books --follow 'li.next a' --item article.product_pod --field 'title=h3 a@title' -o titles.csv
  glean replay books spider.ts
`;
