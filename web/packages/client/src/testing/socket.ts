/** One socket of a mock server: what the client's end and the server's end see of it. */
import type { SocketHost } from '../api';

/** A socket in memory. */
export class MockSocket {
  readonly url: string;
  readonly protocols: readonly string[];
  /** What the client sent, frame by frame. */
  readonly sent: string[] = [];
  readonly #on: Parameters<SocketHost>[2];
  readonly #onText: (text: string) => void;
  #state: 'opening' | 'open' | 'closed' = 'opening';

  constructor(options: {
    url: string;
    protocols: string[];
    on: Parameters<SocketHost>[2];
    onText: (text: string) => void;
  }) {
    this.url = options.url;
    this.protocols = options.protocols;
    this.#on = options.on;
    this.#onText = options.onText;
  }

  /** The handshake succeeds. */
  open(): void {
    if (this.#state !== 'opening') return;
    this.#state = 'open';
    this.#on.open();
  }

  /** The handshake fails. */
  fail(): void {
    this.drop(null);
  }

  /** A frame comes from the server. */
  receive(text: string): void {
    if (this.#state === 'open') this.#on.text(text);
  }

  /** The connection is lost, or closed by the server with a code. */
  drop(code: number | null): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#on.close(code);
  }

  /** The client sends a frame. */
  send(text: string): void {
    if (this.#state !== 'open') return;
    this.sent.push(text);
    this.#onText(text);
  }

  /** The client closes. */
  close(code: number): void {
    this.drop(code);
  }
}
