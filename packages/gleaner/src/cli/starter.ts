import { VERSION } from '../version.ts';

/** The files of a project that `glean init` makes, by name. */
export function starter(folder: string): Readonly<Record<string, string>> {
  const manifest = {
    name: packageName(folder),
    version: '0.0.0',
    private: true,
    type: 'module',
    scripts: {
      start: 'glean crawl spider.ts -o items.jsonl --store crawl.glean',
      check: 'tsc --noEmit',
    },
    dependencies: { gleaner: `^${VERSION}` },
    devDependencies: { '@types/node': '^20.19.0', typescript: '^6.0.0' },
  };
  return {
    'package.json': `${JSON.stringify(manifest, undefined, 2)}\n`,
    'tsconfig.json': TSCONFIG,
    'spider.ts': SPIDER,
    'README.md': README,
    '.gitignore': 'node_modules/\nitems.*\n*.glean\n*.glean[-.]*\n',
  };
}

/** What npm takes for a name. */
function packageName(folder: string): string {
  const name = folder
    .toLowerCase()
    .replace(/[^a-z0-9._~-]+/g, '-')
    .replace(/^[._-]+|-+$/g, '')
    .slice(0, 200);
  return name === '' ? 'spider' : name;
}

const TSCONFIG = `{
  "compilerOptions": {
    "target": "es2022",
    "lib": ["es2023", "esnext.disposable"],
    "module": "nodenext",
    "types": ["node"],
    "strict": true,
    "noUncheckedIndexedAccess": true,
    "allowImportingTsExtensions": true,
    "skipLibCheck": true,
    "noEmit": true
  },
  "include": ["*.ts"]
}
`;

const SPIDER = `import { follow, spider, type CrawlOptions } from 'gleaner';

// A site that was made to be practised on. Put yours here.
export const start = 'https://books.toscrape.com/';

// How it is crawled: see 'npx glean help crawl'; what the command line says wins.
export const options: CrawlOptions = {
  maxPages: 20,
};

/** What is had of each book. */
export interface Book {
  title: string | null;
  price: number | null;
  url: string | null;
}

// The spider is run on every page. What it yields is an item, or asks for more pages.
export default spider(function* (page) {
  // The next page of the list, if there is one. Each page is fetched once, however often it is asked for.
  yield follow(page.links('li.next a'));

  for (const card of page.selectAll('article.product_pod')) {
    const book: Book = {
      title: card.attr('title', 'h3 a'),
      price: card.number('.price_color'),
      url: card.link('h3 a'),
    };
    yield book;

    // To read the book's own page as well, wait for it, and this loop keeps its variables:
    //   const detail = yield* visit(card.link('h3 a'));      (import { visit } from 'gleaner')
    //   yield { ...book, description: detail.text('.product_description') };
  }
});
`;

const README = `# A spider

    npm install
    npm start

follows links from page to page, as \`spider.ts\` says, and writes the items into \`items.jsonl\`, one a line.
What the crawl knows is in \`crawl.glean\`: stop it with Ctrl-C, and \`npm start\` goes on where it stopped.

| | |
|---|---|
| \`npx glean shell https://…\` | try out selectors on a page |
| \`npm run check\` | check the types |
| \`npx glean status crawl.glean\` | how far it is, and what failed |
| \`npx glean export crawl.glean -o items.csv\` | the items in another format |
| \`npm start -- --fresh\` | begin anew |
| \`npx glean help crawl\` | all that a crawl can be told |
`;
