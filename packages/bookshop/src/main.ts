#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { type Bookshop, startBookshop } from './bookshop.ts';

const USAGE = `Opens the sample bookshop and serves until Ctrl-C.

  --port N      port to listen at (default: any free one)
  --host NAME   address to listen at (default: 127.0.0.1)
  --seed N      which bookshop (default: 1)
  --latency MS  mean time before a page is sent (default: 20)
  --faults      some JSON pages are slow, broken or gone, as on the real web
  --help        this text
`;

/** Opens the shop that the command line asks for; undefined when it only asks for help. */
async function open(args: readonly string[]): Promise<Bookshop | undefined> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '0' },
      host: { type: 'string', default: '127.0.0.1' },
      seed: { type: 'string', default: '1' },
      latency: { type: 'string', default: '20' },
      faults: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { host, faults } = values;
  if (values.help) return undefined;
  return await startBookshop({
    port: Number(values.port),
    host,
    seed: Number(values.seed),
    latency: Number(values.latency),
    faults,
  });
}

try {
  const shop = await open(process.argv.slice(2));
  if (shop === undefined) {
    process.stdout.write(USAGE);
  } else {
    process.stdout.write(`${shop.url}\n`);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void shop.close());
  }
} catch (error) {
  process.stderr.write(`bookshop: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
