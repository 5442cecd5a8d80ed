import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/**
 * The addresses in a text: one a line; blank lines and comments (#) are skipped. Read as they are needed.
 * @param open the text, opened when the first address is asked for
 */
export async function* addressesIn(open: () => Readable): AsyncGenerator<string, void, undefined> {
  const input = open();
  // Errors of the stream do not come out of a loop over the lines by themselves.
  let failure: Error | undefined;
  const lines = createInterface({ input, crlfDelay: Infinity });
  input.once('error', (error) => {
    failure = error;
    lines.close();
  });
  for await (const line of lines) {
    const address = line.replace(/^\ufeff/, '').trim();
    if (address !== '' && !address.startsWith('#')) yield address;
  }
  if (failure !== undefined) throw failure;
}

/**
 * How many addresses a file has; undefined for what is no ordinary file (a pipe, say) and can be read but once.
 * @throws the system's error if it cannot be read
 */
export async function countAddresses(path: string): Promise<number | undefined> {
  const found = await stat(path);
  // It would be opened, and not read, and then the system does not say which it was.
  if (found.isDirectory())
    throw Object.assign(new Error(`EISDIR: it is a folder, open '${path}'`), { code: 'EISDIR' });
  if (!found.isFile()) return undefined;
  let count = 0;
  for await (const _ of addressesIn(() => createReadStream(path))) count++;
  return count;
}
