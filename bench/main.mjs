// npm run bench -- NAME [--rounds N] [--only peer,peer] [--jobs job,job] [--quick] [--before DIST] [--no-build]
//   [--with-apt]

import { parseArgs } from 'node:util';

/** @type {Record<string, { about: string, load: () => Promise<{ run: (options: any) => Promise<void> }> }>} */
const benchmarks = {
  runtime: {
    about: 'the coroutine runtime against native promises, Effect and Effection',
    load: () => import('./runtime/index.mjs'),
  },
  list: {
    about: 'a list of small JSON pages: against undici, fetch, Crawlee, Scrapy, aiohttp and requests',
    load: () => import('./list/index.mjs'),
  },
  crawl: {
    about: 'a documentation site: against undici by hand, wget, Scrapy and Crawlee; `--jobs S`, M or L',
    load: () => import('./crawl/index.mjs'),
  },
  store: {
    about: 'the store with a million URLs and with ten; `--jobs few-hosts`, many-hosts or large',
    load: () => import('./store/index.mjs'),
  },
  journal: {
    about: 'durable coroutines: effects written down, and given again',
    load: () => import('./journal/index.mjs'),
  },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string' },
    only: { type: 'string' },
    jobs: { type: 'string' },
    quick: { type: 'boolean', default: false },
    before: { type: 'string' },
    'with-apt': { type: 'boolean', default: false },
    'no-build': { type: 'boolean', default: false },
  },
});

const [name] = positionals;
const benchmark = name === undefined ? undefined : benchmarks[name];
if (benchmark === undefined) {
  for (const [each, { about }] of Object.entries(benchmarks)) console.log(`${each.padEnd(10)}${about}`);
  process.exitCode = name === undefined ? 0 : 2;
} else {
  const { setUp } = await import('./setup.mjs');
  await setUp({ build: !values['no-build'] });
  const { run } = await benchmark.load();
  await run({
    ...values,
    rounds: Number(values.rounds ?? (values.quick ? 1 : 5)),
    only: values.only?.split(','),
    jobs: values.jobs?.split(','),
  });
}
