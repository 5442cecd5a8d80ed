import { action, coroutine, defer, race, run, type Operation } from '@gleaner/coroutine';
import { openStore, StoreError } from 'gleaner';
import { parseArgs } from 'node:util';
import { Conversations } from './conversations.ts';
import { serve } from './server.ts';

const USAGE = `A chatbot whose conversations survive kill -9.

  npm start -- [--store FILE] [--port N]

  --store FILE  where conversations are kept (default: conversations.glean); started again, all go on
  --port N      port to listen at on this machine (default: 8040; 0: any free one)
  --help        this text
`;

/** Wrong words on the command line. */
class UsageError extends Error {}

interface Options {
  readonly store: string;
  readonly port: number;
}

const main = coroutine(function* main({ store: file, port }: Options) {
  const store = yield* openStore(file, { safeFrom: 'machine' });
  yield* defer(() => store.close());
  const conversations = new Conversations(store);
  yield* defer(() => conversations.close());
  const url = yield* serve(conversations, port);
  console.log(`${url}  (${conversations.size} conversations go on; Ctrl-C stops)`);
  const broken = yield* race([conversations.broken, interrupted()]);
  if (broken !== undefined) throw broken;
});

function interrupted(): Operation<undefined> {
  return action<undefined>((resolve) => {
    const stop = (): void => resolve(undefined);
    process.once('SIGINT', stop).once('SIGTERM', stop);
    return () => process.off('SIGINT', stop).off('SIGTERM', stop);
  });
}

/** Undefined if only help is asked for. */
function optionsIn(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      store: { type: 'string', default: 'conversations.glean' },
      port: { type: 'string', default: '8040' },
      help: { type: 'boolean', default: false },
    },
  });
  const { help, store, port } = values;
  if (help) return undefined;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new UsageError(`--port expects a number from 0 to 65535, not '${port}'`);
  if (store === '') throw new UsageError('--store expects the name of a file');
  return { store, port: Number(port) };
}

/** What went wrong, in words; undefined for what nobody foresaw. */
function inWords(error: unknown): string | undefined {
  if (error instanceof UsageError || error instanceof StoreError) return error.message;
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (code.startsWith('ERR_PARSE_ARGS')) return message;
  if (code === 'EADDRINUSE') return `${message}: choose another --port`;
  return code === 'EACCES' ? message : undefined;
}

async function start(): Promise<void> {
  try {
    const options = optionsIn(process.argv.slice(2));
    if (options === undefined) process.stdout.write(USAGE);
    else await run(main(options));
  } catch (error) {
    const words = inWords(error);
    if (words === undefined) throw error;
    console.error(`chatbot: ${words}`);
    process.exitCode = 1;
  }
}

void start();
