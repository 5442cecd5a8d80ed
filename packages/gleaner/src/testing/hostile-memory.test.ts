import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { hostileServer } from './hostile-server.ts';

const index = fileURLToPath(new URL('../../dist/index.js', import.meta.url));

/** A process of its own, whose memory is nobody else's: it scrapes what it is told, with the default limit on bytes. */
const PROGRAM = `
  import { readFileSync } from 'node:fs';
  const { scrape } = await import(process.argv[1]);
  const urls = JSON.parse(process.argv[2]);
  const options = { timeout: 3000, retries: 0, perHost: 8 };
  const read = function* (page) { yield page.links().length + page.html().length; };
  const job = scrape(urls, read, options);
  for await (const _ of job);
  const { done, failed } = job.summary;
  // Node's maxRSS would begin with the memory of the process that started this one; Linux knows better.
  const known = process.platform === 'linux' && /^VmHWM:\\s*(\\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
  const peak = known ? Number(known[1]) : process.resourceUsage().maxRSS;
  console.log(JSON.stringify({ done, failed, megabytes: Math.round(peak / 1024) }));
`;

/**
 * What Node and the library take by themselves is about 75 MB. On a busy machine the garbage collector comes late: alone, the
 * pages that are much work take 250 MB.
 */
test.each([
  [
    'what comes over the wire',
    /^(redirects|body|chunks|headers|status|1xx|early|reset|close|cookies|robots|sitemap)\//,
    250,
  ],
  ['bombs', /^packed\//, 250],
  ['pages that are much work to read', /^(markup|text|traps)\//, 600],
])('%s takes no more memory than its bound', { timeout: 60_000 }, async (_, names, megabytes) => {
  await using hostile = await hostileServer();
  const urls = hostile.pages.filter(({ name }) => names.test(name)).map(({ url }) => url);
  const args = ['--input-type=module', '-e', PROGRAM, index, JSON.stringify(urls)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const said = JSON.parse(stdout) as { done: number; failed: number; megabytes: number };
  expect(said.done + said.failed).toBe(urls.length);
  expect(said.megabytes).toBeLessThan(megabytes);
});
