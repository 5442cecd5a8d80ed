import { defer, type CoroutineBody, type Streamable } from '@gleaner/coroutine';
import { openArchive, type Archive } from '../archive/archive.ts';
import { Client } from '../http/client.ts';
import { NamedHosts } from '../http/named-hosts.ts';
import { responseCache } from '../store/response-cache.ts';
import type { CrawlSettings } from './crawl-options.ts';
import type { Start } from './seeding.ts';

/** What a crawl goes over. */
interface Source {
  readonly client: Client;
  /** Where all that is fetched is kept. */
  readonly archive: Archive | undefined;
  readonly starts: Streamable<Start>;
  /** Whether an archive answers, and nobody is asked. */
  readonly isRecorded: boolean;
}

/** Opens it, for as long as the current task runs. */
export type OpenSource = (settings: CrawlSettings, confidants: ReadonlySet<string>) => CoroutineBody<Source>;

/** The web, from some start pages on. */
export function theWeb(starts: Streamable<Start>): OpenSource {
  return function* web(settings, confidants) {
    const cache = settings.cache === undefined ? undefined : responseCache(settings.cache);
    if (cache !== undefined) {
      yield* defer(function* closeCache() {
        cache.close();
      });
    }
    const { archive: folder } = settings;
    const archive =
      folder === undefined ? undefined : yield* openArchive(typeof folder === 'string' ? { folder } : folder);
    if (archive !== undefined) yield* defer(() => archive.close());
    const named = settings.allowPrivate ? undefined : new NamedHosts();
    const connections = settings.perHost;
    const client = new Client({ ...settings, cache, archive, confidants, named, connections });
    yield* defer(() => client.close());
    return { client, archive, starts, isRecorded: false };
  };
}
