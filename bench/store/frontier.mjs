// How the store bears many URLs: it plays a crawl (pages claimed, each leading to new links and to links seen before,
// committed in groups) without network and pages.
//
//   node bench/store/frontier.mjs                       1,000,000 URLs on 1 host
//   node bench/store/frontier.mjs 1e7 --hosts 1000
//   node bench/store/frontier.mjs 1e6 --links 130 --new 10 --at-once 32 --order depth

import { run, spawn } from '@gleaner/coroutine';
import { build } from 'esbuild';
import { mkdirSync, mkdtempSync, rmSync, statSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    hosts: { type: 'string', default: '1' },
    /** Links that were not seen before, and all of them, on each page. */
    new: { type: 'string', default: '10' },
    links: { type: 'string', default: '130' },
    /** Pages at once. */
    'at-once': { type: 'string', default: '32' },
    order: { type: 'string', default: 'breadth' },
    /** Where the file is made. */
    folder: { type: 'string', default: tmpdir() },
  },
});
const URLS = Number(positionals[0] ?? 1e6);
const HOSTS = Number(values.hosts);
const NEW = Number(values.new);
const LINKS = Number(values.links);
const AT_ONCE = Number(values['at-once']);
const STEPS = 10;

const { openStore } = await import(pathToFileURL(await bundled()).href);
const folder = mkdtempSync(path.join(values.folder, 'frontier-'));
const file = path.join(folder, 'crawl.db');

let made = 0;
/** CPU time that went into making links, in milliseconds: not the store's. Asking for it is dear, so that a few pages stand for all. */
let making = 0;
let makings = 0;
const SAMPLED = 64;
const cpuTime = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
/** Of about 60 characters; the hosts take turns. */
const url = (n) => {
  const text = `https://www.site-${n % HOSTS}.example/catalogue/section-${n % 97}/item-${String(n).padStart(9, '0')}.html`;
  // As a parser gives it: in one piece, and new.
  return Buffer.from(text, 'latin1').toString('latin1');
};
const requestTo = (n, depth) => {
  const address = url(n);
  return {
    url: address,
    key: address,
    method: 'GET',
    headers: NO_HEADERS,
    body: undefined,
    priority: 0,
    depth,
    label: undefined,
    data: undefined,
    session: undefined,
  };
};
const NO_HEADERS = {};

/** The links of a page: some new ones, most to what its neighbours link to as well, a few to anything. */
function linksOf(depth) {
  const start = makings++ % SAMPLED === 0 ? cpuTime() : undefined;
  const links = [];
  const before = made;
  for (let i = NEW; i < LINKS; i++) {
    const n =
      i % 20 === 0 ? Math.floor(Math.random() * before) : Math.max(0, before - 1 - ((i * 7919) % 20_000));
    links.push(requestTo(n, depth + 1));
  }
  for (let i = 0; i < NEW && made < URLS; i++) links.push(requestTo(made++, depth + 1));
  if (start !== undefined) making += (cpuTime() - start) * SAMPLED;
  return links;
}

try {
  await run(function* () {
    const store = yield* openStore(file, { order: values.order });
    yield* store.push(Array.from({ length: Math.max(100, HOSTS) }, () => requestTo(made++, 0)));
    let reported = 0;
    let last = {
      made: 0,
      pages: 0,
      cpu: process.cpuUsage(),
      time: performance.now(),
      making: 0,
    };
    let pages = 0;
    /** How long each claim took, in milliseconds: the machine may be busy with other things, so the median counts. */
    let claims = [];
    const delays = monitorEventLoopDelay({ resolution: 1 });
    delays.enable();
    const report = () => {
      const cpu = process.cpuUsage(last.cpu);
      const time = performance.now();
      const found = made - last.made;
      const done = pages - last.pages;
      const cpuMicros = cpu.user + cpu.system - (making - last.making) * 1000;
      const size = (name) => (existsSync(name) ? statSync(name).size / 2 ** 20 : 0);
      console.log(
        [
          `${(made / 1e6).toFixed(2)} M URLs`,
          `${Math.round((found / (time - last.time)) * 1000)} new URLs/s`,
          `${(cpuMicros / found).toFixed(1)} µs CPU each`,
          `${(cpuMicros / done).toFixed(0)} µs CPU a page`,
          `claim ${(median(claims) * 1000).toFixed(0)} µs`,
          `event loop held up ${(delays.percentile(50) / 1e6).toFixed(1)} ms, at most ${(delays.max / 1e6).toFixed(0)} ms`,
          `file ${size(file).toFixed(0)} MB, log ${size(`${file}-wal`).toFixed(0)} MB`,
          `RSS ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MB`,
        ].join(' | '),
      );
      delays.reset();
      claims = [];
      last = { made, pages, cpu: process.cpuUsage(), time, making };
    };
    let hosts = [];
    const workers = [];
    for (let i = 0; i < AT_ONCE; i++) {
      workers.push(
        yield* spawn(function* () {
          while (made < URLS) {
            let host = hosts.pop();
            if (host === undefined) {
              hosts = [...(yield* store.adopt(1000))];
              if ((host = hosts.pop()) === undefined) throw new Error('no hosts');
            }
            const start = performance.now();
            const [lease] = yield* store.claim(host.id, 1, Date.now());
            claims.push(performance.now() - start);
            if (HOSTS > 1) yield* store.release(host.id, { nextAt: 0 });
            else hosts.push(host);
            if (lease === undefined) continue;
            yield* store.commit(lease, {
              items: [{ title: `Page ${lease.id}`, price: lease.id / 100, text: 'x'.repeat(100) }],
              requests: linksOf(lease.request.depth),
              status: 200,
              bytes: 20_000,
            });
            pages++;
            if (made >= (reported + 1) * (URLS / STEPS)) {
              reported++;
              report();
            }
          }
        }),
      );
    }
    for (const worker of workers) yield* worker;
    const closing = performance.now();
    delays.disable();
    yield* store.close();
    console.log(
      `${pages} pages; closed in ${(performance.now() - closing).toFixed(0)} ms; file ${(statSync(file).size / 2 ** 20).toFixed(0)} MB, ${(statSync(file).size / made).toFixed(0)} bytes a URL`,
    );
    const opening = performance.now();
    const again = yield* openStore(file, { order: values.order });
    console.log(
      `opened again in ${(performance.now() - opening).toFixed(0)} ms: ${again.counts().pending} pending`,
    );
    yield* again.close();
  });
} finally {
  rmSync(folder, { recursive: true });
}

function median(values) {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}

/** The store as it is in the sources, compiled; beside the packages, so that it finds them. */
async function bundled() {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const out = path.join(root, 'node_modules/.cache/bench-store');
  mkdirSync(out, { recursive: true });
  const outfile = path.join(out, 'sqlite-store.mjs');
  await build({
    entryPoints: [path.join(root, 'packages/gleaner/src/store/sqlite-store.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
  });
  return outfile;
}
