import type { HttpResponse } from '../http/client.ts';
import { decodeText } from './charset.ts';
import { parseJson, readData } from './data.ts';

/** How a page's data is read: by its content type, or as told. */
export type ReadAs = 'auto' | 'json' | 'text' | 'bytes';

/** A page that was fetched. What it says is read when asked for, and once. */
export class Page {
  private readonly response: HttpResponse;
  private decoded: string | undefined = undefined;

  constructor(response: HttpResponse) {
    this.response = response;
  }

  /** The address that answered, after redirects. */
  get url(): string {
    return this.response.url;
  }

  get status(): number {
    return this.response.status;
  }

  /** By lower-case name; a field that came several times is joined with ', ', Set-Cookie with '\n'. */
  get headers(): Readonly<Record<string, string>> {
    return this.response.headers;
  }

  /** The body, its Content-Encoding undone. */
  bytes(): Uint8Array {
    return this.response.body;
  }

  /** The body as text: by byte-order mark, Content-Type, or, of HTML, `<meta>`; UTF-8 otherwise. */
  text(): string {
    return (this.decoded ??= decodeText(this.response.body, this.headers['content-type']));
  }

  /**
   * The body as JSON (RFC 8259). The type is the caller's claim; a schema checks it.
   * @throws {PageError} `NOT_JSON`, saying where it goes wrong
   */
  json<T = unknown>(): T {
    return parseJson(this.url, this.text()) as T;
  }

  /**
   * The page's data. 'auto' goes by the content type: JSON is parsed; text, HTML and XML are text; what has no type, or
   * none that says anything, is JSON if it can be, else text; anything else is bytes.
   * @throws {PageError} `NOT_JSON`
   */
  data(as: ReadAs = 'auto'): unknown {
    return readData(this, as);
  }
}
