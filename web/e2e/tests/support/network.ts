/**
 * The network between a browser and its server, for tests that spoil it: a proxy that can cut what is
 * open, refuse or lose everything, stop WebSockets as some firewalls do, and lose an answer after the
 * request went through.
 */
import { createServer, type Server as HttpServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** What happens to a WebSocket that wants to open. */
export type Sockets = 'pass' | 'refuse';

export class Network {
  /** Whether WebSockets may open. */
  sockets: Sockets = 'pass';
  /** How many WebSockets opened through it. */
  opened = 0;
  #down = false;
  #loseNextAnswer = false;
  readonly #open = new Set<Socket>();

  private constructor(
    private readonly http: HttpServer,
    private readonly target: number,
  ) {}

  /** Starts one on a free port before the server on `target`. */
  static async before(target: number): Promise<Network> {
    const http = createServer();
    const network = new Network(http, target);
    http.on('connection', (socket: Socket) => network.#keep(socket));
    http.on('request', (from, to) => {
      const onward = request(
        { host: '127.0.0.1', port: target, method: from.method, path: from.url, headers: from.headers },
        (answer) => {
          to.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(to);
        },
      );
      onward.on('error', () => to.destroy());
      to.on('close', () => onward.destroy());
      from.pipe(onward);
    });
    http.on('upgrade', (from: IncomingMessage, client: Duplex, head: Buffer) =>
      network.#upgrade(from, client as Socket, head),
    );
    await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
    return network;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  /** Closes every connection; new ones open. */
  cut(): void {
    for (const socket of this.#open) socket.destroy();
  }

  /** Closes every connection, and each new one, until {@link up}. */
  down(): void {
    this.#down = true;
    this.cut();
  }

  up(): void {
    this.#down = false;
  }

  /** Lets the next words of a browser's WebSocket through and cuts it before the answer. */
  loseNextAnswer(): void {
    this.#loseNextAnswer = true;
  }

  async close(): Promise<void> {
    this.down();
    await new Promise((done) => this.http.close(done));
  }

  #keep(socket: Socket): void {
    if (this.#down) {
      socket.destroy();
      return;
    }
    this.#open.add(socket);
    socket.on('close', () => this.#open.delete(socket));
    socket.on('error', () => socket.destroy());
  }

  #upgrade(from: IncomingMessage, client: Socket, head: Buffer): void {
    if (this.sockets === 'refuse') {
      client.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    const onward = connect(this.target, '127.0.0.1', () => {
      const headers = from.rawHeaders.reduce(
        (lines, word, index) => lines + (index % 2 === 0 ? `${word}: ` : `${word}\r\n`),
        '',
      );
      onward.write(`${from.method} ${from.url} HTTP/1.1\r\n${headers}\r\n`);
      onward.write(head);
      this.opened += 1;
    });
    onward.on('error', () => client.destroy());
    onward.on('close', () => client.destroy());
    client.on('close', () => onward.destroy());
    client.on('data', (bytes) => {
      const lose = this.#loseNextAnswer;
      this.#loseNextAnswer = false;
      if (lose) onward.pause();
      onward.write(bytes, () => {
        if (lose) setTimeout(() => client.destroy(), 300);
      });
    });
    onward.on('data', (bytes) => client.write(bytes));
  }
}
