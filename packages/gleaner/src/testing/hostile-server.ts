import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { bodies } from './bodies.ts';
import { certificate } from './certificate.ts';
import { cookies } from './cookies.ts';
import { heads } from './heads.ts';
import type { Answer, HostileCase, HostileRequest, Pace } from './hostile-case.ts';
import { markup } from './markup.ts';
import { packedBodies } from './packed.ts';
import { redirects } from './redirects.ts';
import { resets } from './resets.ts';
import { rules } from './rules.ts';
import { secure } from './secure.ts';
import { silences } from './silences.ts';
import { texts } from './texts.ts';
import { traps } from './traps.ts';
import { Wire } from './wire.ts';

/** Every way to be hostile that there is. */
const CASES: readonly HostileCase[] = [
  ...redirects,
  ...silences,
  ...bodies,
  ...heads,
  ...resets,
  ...packedBodies,
  ...texts,
  ...markup,
  ...traps,
  ...cookies,
  ...rules,
  ...secure,
];

/** A way to be hostile, and where it can be met. */
export interface HostilePage {
  /** As `redirects/loop`. */
  readonly name: string;
  readonly url: string;
  /** What it does, on one line. */
  readonly does: string;
}

export interface HostileServerOptions {
  /** Between two bytes of what comes slowly, in milliseconds; 1,000 by default. */
  drip?: number | undefined;
  /** Before an answer that comes late, in milliseconds; a minute by default. */
  delay?: number | undefined;
  /** Gives each case a port of its own: to a crawler, hosts that have nothing to do with each other. */
  apart?: boolean | undefined;
}

/** Something that was asked of it. */
export type HostileVisit = Pick<HostileRequest, 'method' | 'target' | 'headers' | 'origin'>;

/** A server on loopback that does whatever a client dreads. */
export interface HostileServer extends AsyncDisposable {
  /** Without a slash at the end. At `/` there is a page with links to all cases; `/fine/…` are pages as they should be. */
  readonly origin: string;
  /** All cases. Some have a port of their own, which their address says. */
  readonly pages: readonly HostilePage[];
  /** Where a case is to be met. @throws {RangeError} for a name that there is not */
  url(name: string): string;
  /** What was asked for, in order of arrival; the first 10,000. */
  readonly visits: readonly HostileVisit[];
  /** Connections that are open at present. */
  readonly openSockets: number;
}

const MOST_VISITS = 10_000;

/** So much of a request's head is read, in bytes. */
const MOST_OF_A_HEAD = 65_536;

/**
 * Starts a server that is hostile in every way that there is a case for: to try a client out, or a scraper. It listens on
 * 127.0.0.1 only; disposing of it closes all its connections.
 *
 * @example
 * await using hostile = await hostileServer({ delay: 1000 });
 * for await (const failure of scrape([hostile.url('body/endless')], { onFailure: 'yield' })) console.log(failure);
 */
export async function hostileServer(options: HostileServerOptions = {}): Promise<HostileServer> {
  const pace: Pace = { drip: options.drip ?? 1000, delay: options.delay ?? 60_000 };
  const sockets = new Set<Socket>();
  const servers: Server[] = [];
  const visits: HostileVisit[] = [];
  const pages: HostilePage[] = [];

  const listen = async (one: HostileCase | undefined, cases: readonly HostileCase[]): Promise<string> => {
    const { host } = one ?? {};
    let origin = '';
    const answerer = answererOf(cases, host?.paths ?? { '/': index });
    const connected = (socket: Socket): void => {
      const wire = new Wire(socket);
      host?.connected?.(wire);
      if (host?.isHttp2 === true) socket.resume();
      else
        readRequests(socket, (method, target, headers) => {
          const { pathname, searchParams: query } = new URL(target, origin);
          const request: HostileRequest = { method, target, headers, query, origin };
          if (visits.length < MOST_VISITS) visits.push({ method, target, headers, origin });
          answerer(pathname)(wire, request, pace);
        });
    };
    const server =
      host?.certificate === undefined
        ? createServer(connected)
        : createTlsServer(
            { ...certificate(host.certificate), ...(host.isHttp2 === true && { ALPNProtocols: ['h2'] }) },
            connected,
          );
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push(server);
    const scheme = host?.certificate === undefined ? 'http' : 'https';
    origin = `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
    for (const { path, does } of cases) pages.push({ name: path.slice(1), url: origin + path, does });
    return origin;
  };

  const index: Answer = (wire) =>
    wire.answer(
      pages.map(({ url, does }) => `<li><a href="${url}">${does.replaceAll('<', '&lt;')}</a>`).join('\n'),
    );
  const isApart = ({ host }: HostileCase): boolean => host !== undefined || options.apart === true;
  const origin = await listen(
    undefined,
    CASES.filter((one) => !isApart(one)),
  );
  for (const one of CASES) if (isApart(one)) await listen(one, [one]);
  return {
    origin,
    pages,
    visits,
    url(name) {
      const page = pages.find((one) => one.name === name);
      if (page === undefined) throw new RangeError(`there is no case '${name}'`);
      return page.url;
    },
    get openSockets() {
      return sockets.size;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

/** What answers for a path: its case, or that of what it is below. */
function answererOf(
  cases: readonly HostileCase[],
  others: Readonly<Record<string, Answer>>,
): (path: string) => Answer {
  const answers = new Map([
    ...cases.map(({ path, answer }) => [path, answer] as const),
    ...Object.entries(others),
  ]);
  return (path) => {
    for (let at = path; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
      const found = answers.get(at);
      if (found !== undefined) return found;
    }
    return path.startsWith('/fine/') || path === '/' ? fine : missing;
  };
}

const fine: Answer = (wire, { target }) =>
  wire.answer(`<!doctype html><title>${target}</title><h1>As it should be</h1>`);
const missing: Answer = (wire) => wire.answer('<h1>Not found</h1>', {}, '404 Not Found');

/** Reads the heads of requests, one after the other; bodies with a length are passed over. */
function readRequests(
  socket: Socket,
  onRequest: (method: string, target: string, headers: Record<string, string>) => void,
): void {
  let text = '';
  let bodyLeft = 0;
  socket.on('data', (chunk: Buffer) => {
    const skipped = Math.min(bodyLeft, chunk.length);
    bodyLeft -= skipped;
    text += chunk.toString('latin1', skipped);
    for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
      const [line = '', ...fields] = text.slice(0, end).split('\r\n');
      const headers = Object.fromEntries(fields.map(nameAndValue));
      const body = Number(headers['content-length'] ?? 0);
      const rest = text.slice(end + 4);
      bodyLeft = Math.max(0, body - rest.length);
      text = rest.slice(body);
      const [method = '', target = '/'] = line.split(' ');
      onRequest(method, target, headers);
    }
    if (text.length > MOST_OF_A_HEAD) socket.destroy();
  });
}

function nameAndValue(field: string): [name: string, value: string] {
  const colon = field.indexOf(':');
  return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
}
