/** What stands at an address, before anything is known about who asks for it and how. */
export interface Resource {
  readonly status: number;
  /** The media type, as in `Content-Type`. */
  readonly type: string;
  readonly body: string;
  /** When it last changed, a whole second; absent where that is not known. */
  readonly modified?: Date;
  /** Headers that this resource has beside those that all have. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An HTML page. */
export function htmlResource(status: number, body: string): Resource {
  return { status, type: 'text/html; charset=utf-8', body };
}

/** Sends the reader elsewhere: 301 when for good, 302 when not. */
export function redirect(status: 301 | 302, location: string): Resource {
  return {
    status,
    type: 'text/plain; charset=utf-8',
    body: `This page is at ${location}\n`,
    headers: { Location: location },
  };
}
