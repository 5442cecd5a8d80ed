export const MAIN_HELP: string = `glean: scrape the web with generators

  glean crawl spider.ts   follow links from page to page, print the items found; or without code, by CSS selectors
  glean scrape URL…       fetch pages, print each one's data as a line of JSON
  glean replay DIR        a crawl again, over the pages that --archive kept: no network
  glean status FILE       what a crawl's store holds, and what failed
  glean export FILE       write the items of a crawl's store to files or tables
  glean init [DIR]        a new project with a spider that runs
  glean shell [URL]       try out on a page what a spider will do
  glean help COMMAND      all about a command
  glean --version

Try it:  glean crawl https://example.com/ --follow '*' --max-pages 10
`;
