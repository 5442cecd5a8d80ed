import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

/** A connection on which a server may say whatever it likes: HTTP or not. What it has begun ends when the connection does. */
export class Wire {
  private readonly socket: Socket | TLSSocket;
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(socket: Socket | TLSSocket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.once('close', () => {
      for (const timer of this.timers) clearInterval(timer);
    });
  }

  get isOpen(): boolean {
    return this.socket.writable;
  }

  /** Sends characters as bytes (latin1), or bytes as they are; says whether more may come. */
  send(data: string | Uint8Array): boolean {
    return this.isOpen && this.socket.write(typeof data === 'string' ? Buffer.from(data, 'latin1') : data);
  }

  /** Sends a status line and headers, with the blank line behind them. */
  head(status: string, headers: Record<string, string> = {}): boolean {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    return this.send(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n`);
  }

  /** Answers as a server should: the connection stays open for more requests. */
  answer(body: string | Uint8Array, headers: Record<string, string> = {}, status = '200 OK'): void {
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    this.head(status, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Length': `${bytes.length}`,
      ...headers,
    });
    this.send(bytes);
  }

  /** Answers with a redirect. */
  redirect(location: string, status = '302 Found'): void {
    this.answer('', { Location: location }, status);
  }

  /** Sends for ever, as fast as it is taken: never more than the system's buffers hold. */
  flood(next: () => string | Uint8Array): void {
    const pour = (): void => {
      // A client on the same machine may take it without end: others get their turn, too.
      for (let i = 0; i < 16; i++) if (!this.send(next())) return void this.socket.once('drain', pour);
      this.after(0, pour);
    };
    pour();
  }

  /** Sends something piece by piece, and then does what is to be done. @param ms milliseconds before each piece */
  drip(pieces: Iterable<string>, ms: number, then: () => void = () => {}): void {
    const rest = pieces[Symbol.iterator]();
    const timer = setInterval(() => {
      const next = rest.next();
      if (next.done !== true) {
        this.send(next.value);
        return;
      }
      clearInterval(timer);
      this.timers.delete(timer);
      then();
    }, ms);
    this.timers.add(timer);
  }

  after(ms: number, then: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      if (this.isOpen) then();
    }, ms);
    this.timers.add(timer);
  }

  /** Closes the connection in good order (FIN), once all is sent. */
  close(): void {
    this.socket.end();
  }

  /** Sends what there is, and then tears the connection down (RST). */
  reset(data = ''): void {
    const tear = (): void => {
      if ('encrypted' in this.socket) this.socket.destroy();
      else this.socket.resetAndDestroy();
    };
    // What has been sent must have arrived, or the reset would overtake it.
    if (data === '') tear();
    else {
      this.send(data);
      this.after(20, tear);
    }
  }
}
