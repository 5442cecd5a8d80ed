import { now, run, type Clock } from '@gleaner/coroutine';
import { Client, type ClientOptions, type FetchRequest, type HttpResponse } from '../src/http/client.ts';

/** A client, open until the end of the test. */
export function newClient(options: Partial<ClientOptions> = {}): Client & AsyncDisposable {
  const client = new Client({
    headers: { 'user-agent': 'test' },
    maxBytes: 1_000_000,
    maxRedirects: 5,
    connections: 4,
    timeout: 5000,
    ...options,
  });
  return Object.assign(client, {
    [Symbol.asyncDispose]: async () => await run(() => client.close()),
  });
}

/** A request, complete. */
export function request(url: string, rest: Partial<FetchRequest> = {}): FetchRequest {
  return { url, method: 'GET', headers: {}, body: undefined, session: undefined, ...rest };
}

/** Fetches with nothing in the way of redirects. */
export async function fetching(
  client: Client,
  asked: string | FetchRequest,
  clock?: Clock,
): Promise<HttpResponse> {
  return await run(
    function* fetch() {
      return yield* client.fetch(asked, yield* now(), function* () {});
    },
    { clock },
  );
}
