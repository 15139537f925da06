/** A network that can freeze: what is open stays open, and nothing more comes through it. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export class Freezer {
  readonly #open = new Set<Socket>();
  #frozen = false;

  private constructor(private readonly listening: Server) {}

  /** Starts one on a free port before the server on `target`. */
  static async before(target: number): Promise<Freezer> {
    const listening = createServer();
    const freezer = new Freezer(listening);
    listening.on('connection', (client) => {
      const onward = connect(target, '127.0.0.1');
      for (const [from, to] of [
        [client, onward],
        [onward, client],
      ] as const) {
        freezer.#open.add(from);
        from.on('data', (bytes) => {
          if (!freezer.#frozen) to.write(bytes);
        });
        from.on('error', () => from.destroy());
        from.on('close', () => {
          freezer.#open.delete(from);
          to.destroy();
        });
      }
    });
    await new Promise<void>((done) => listening.listen(0, '127.0.0.1', done));
    return freezer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.listening.address() as AddressInfo).port}`;
  }

  /** Loses everything that is sent from now on, in both directions. */
  freeze(): void {
    this.#frozen = true;
  }

  thaw(): void {
    this.#frozen = false;
  }

  /** Closes every connection; new ones open. */
  cut(): void {
    for (const socket of this.#open) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((done) => this.listening.close(done));
  }
}
