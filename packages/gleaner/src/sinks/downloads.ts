import { call, resource, until, type CoroutineBody, type Operation } from '@gleaner/coroutine';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { HttpResponse } from '../http/client.ts';
import { PageError } from '../http/failure.ts';
import { safeName } from './file-name.ts';
import { fileError } from './outlet.ts';
import type { Sink } from './sink.ts';

/** What a download needs of a response: the client's has it. */
export type Download = Pick<HttpResponse, 'status' | 'headers'> & { readonly body: Uint8Array };

export interface SavedFile {
  readonly url: string;
  /** Its name in the folder, by `safeName`. */
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
}

/** A folder of downloads; a sink of addresses. */
export interface Folder extends Sink<string> {
  /**
   * Fetches what is at an address and keeps it; the same address is the same file again. A file that is there is whole: it gets
   * its name when it is complete.
   * @throws {PageError} what `fetch` throws; `HTTP_404` and the like for a status other than 2xx
   * @throws {SinkError} with the system's code (ENOSPC, …)
   */
  save(url: string): CoroutineBody<SavedFile>;
}

/**
 * A folder in which to keep what addresses lead to, made if it is not there.
 * @param fetch gets the response for an address, all of it: the limit to its size is that of whoever fetches
 * @throws {SinkError} with the system's code (EACCES, ENOTDIR, …)
 */
export function folder(folder: string, fetch: (url: string) => CoroutineBody<Download>): Operation<Folder> {
  return resource(function* downloads(provide) {
    yield* until(mkdir(folder, { recursive: true }).catch(failing(folder)));
    yield* provide(new DownloadFolder(folder, fetch));
  });
}

/** Downloads so far: no two that are under way have the same temporary name, whichever folder they are for. */
let count = 0;

class DownloadFolder implements Folder {
  private readonly folder: string;
  private readonly fetch: (url: string) => CoroutineBody<Download>;

  constructor(folder: string, fetch: (url: string) => CoroutineBody<Download>) {
    this.folder = folder;
    this.fetch = fetch;
  }

  *write(url: string): CoroutineBody<void> {
    yield* this.save(url);
  }

  *save(url: string): CoroutineBody<SavedFile> {
    const { status, headers, body } = yield* this.fetch(url);
    if (status < 200 || status > 299)
      throw new PageError(`HTTP_${status}`, url, `the server answered ${status}`, { status });
    const name = safeName(url, headers['content-type']);
    const target = path.join(this.folder, name);
    const part = path.join(this.folder, `.${process.pid}-${count++}.part`);
    try {
      yield* call((signal) => writeFile(part, body, { signal }).catch(failing(target)));
      yield* until(rename(part, target).catch(failing(target)));
    } finally {
      // Gone already, if all went well.
      yield* until(rm(part, { force: true }));
    }
    return { url, name, path: target, bytes: body.length };
  }
}

function failing(target: string): (error: unknown) => never {
  return (error) => {
    // Cancelled: nobody hears of it.
    if ((error as Error).name === 'AbortError') throw error;
    throw fileError(error, target);
  };
}
