import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { crawl, follow, spider } from 'gleaner';
import { describe, expect, test } from 'vitest';
import { program, pythonManual, startNginx } from './nginx.ts';

const needed = { nginx: program('nginx'), wget: program('wget'), 'python3-doc': pythonManual() };
const missing = Object.entries(needed).flatMap(([name, found]) => (found === undefined ? [name] : []));
if (missing.length > 0) {
  if (process.env.GLEANER_REQUIRE_ALL === '1')
    throw new Error(`${missing.join(', ')} is required and was not found`);
  console.log(`skipped: tests with a documentation site, for want of ${missing.join(', ')}`);
}

/** Has wget ask for every page that links lead to. Some lead nowhere, and then it ends with 8. */
async function mirror(wget: string, start: string): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gleaner-wget-'));
  const recursive = ['-r', '-l', 'inf', '-np', '-e', 'robots=off', '--follow-tags=a,area'];
  const running = spawn(wget, [...recursive, '-q', '-P', folder, start], { stdio: 'ignore' });
  const [code] = (await once(running, 'exit')) as [number | null];
  rmSync(folder, { recursive: true });
  expect([0, 8]).toContain(code);
}

const isHtml = (contentType: string | undefined): boolean => contentType?.startsWith('text/html') === true;

describe.skipIf(missing.length > 0)('a real documentation site', () => {
  test(
    'a crawl finds the pages that wget -r finds, and asks for each address once',
    { timeout: 40_000 },
    async () => {
      const { nginx = '', wget = '', 'python3-doc': manual = '' } = needed;
      await using server = await startNginx(nginx, manual);
      const start = `${server.origin}/index.html`;

      await mirror(wget, start);
      const pages = spider(function* (page) {
        if (!isHtml(page.headers['content-type'])) return;
        yield follow(page.links());
        yield page.url;
      });
      const options = { within: 'origin', robots: false, delay: 0, perHost: 16, concurrency: 16 } as const;
      const found: string[] = [];
      for await (const url of crawl(start, pages, options)) found.push(url);

      const requests = await server.stop();
      const isWget = ({ userAgent }: { userAgent: string }): boolean => userAgent.startsWith('Wget/');
      const wanted = requests
        .filter((request) => isWget(request) && request.status === 200 && isHtml(request.contentType))
        .map(({ url }) => url);
      expect(wanted.length).toBeGreaterThan(400);
      expect({
        lost: wanted.filter((url) => !found.includes(url)),
        more: found.filter((url) => !wanted.includes(url)),
      }).toEqual({ lost: [], more: [] });
      const asked = requests.filter((request) => !isWget(request)).map(({ url }) => url);
      expect(asked).toHaveLength(new Set(asked).size);
      expect(found).toHaveLength(new Set(found).size);
    },
  );
});
