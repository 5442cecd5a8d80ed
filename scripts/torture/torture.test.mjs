import { expect, test } from 'vitest';
import { SITES } from './sites.mjs';
import { torture } from './torture.mjs';

for (const [site, { isThere }] of Object.entries(SITES)) {
  const isMissing = !isThere();
  if (isMissing && process.env.GLEANER_REQUIRE_ALL === '1')
    throw new Error(`${site}: its pages are required`);
  if (isMissing) console.log(`skipped: ${site}, whose pages are not installed (Debian's python3-doc)`);
  test.skipIf(isMissing)(
    `${site}: killed at 5 moments, it has the same items, each once, and asks for next to nothing twice`,
    { timeout: 120_000 },
    async () => {
      const seed = Math.floor(Math.random() * 2 ** 32);
      const { items, repeated, inFlight } = await torture({ site, kills: 5, seed });
      expect(items).toBeGreaterThan(500);
      expect(repeated).toBeLessThanOrEqual(inFlight);
    },
  );
}
