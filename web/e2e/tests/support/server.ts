/** A real server of a test's own: its process, its folder, its port. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** A chat of 100,000 messages takes its time. */
const START_MS = 180_000;
const STOP_MS = 15_000;

/** What a test wants of its server. */
export interface ServerOptions {
  /** More arguments of `samtale serve`. */
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
}

/** The binary: $SAMTALE_BIN, or what a plain `cargo build` made. */
function binary(): string {
  const path = process.env.SAMTALE_BIN ?? resolve(import.meta.dirname, '../../../../target/debug/samtale');
  if (!existsSync(path)) {
    throw new Error(
      `${path} is not there: build it (cargo build -p samtale-cli) or name it in $SAMTALE_BIN.`,
    );
  }
  return path;
}

/** A running server with the demo's people and chats. */
export class Server {
  #child: ChildProcess | null = null;
  #port = 0;
  /** What it logged at the level of warnings, for the report of a failed test. */
  readonly log: string[] = [];

  private constructor(
    private readonly folder: string,
    private readonly options: ServerOptions,
  ) {}

  /** Starts one on a free port with a fresh folder. */
  static async start(options: ServerOptions = {}): Promise<Server> {
    const server = new Server(await mkdtemp(join(tmpdir(), 'samtale-e2e-')), options);
    await server.#run();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get port(): number {
    return this.#port;
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Asks it to stop, as an upgrade does. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Starts it again on the same port and folder, once it has ended. */
  async restart(): Promise<void> {
    await this.#run();
  }

  /** Ends it for good and removes its folder. */
  async dispose(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #run(): Promise<void> {
    const args = [
      'serve',
      '--dev',
      '--listen',
      `127.0.0.1:${this.#port}`,
      '--data',
      this.folder,
      '--log',
      'warn',
    ];
    const child = spawn(binary(), [...args, ...(this.options.args ?? [])], {
      env: { ...process.env, SAMTALE_LIMITS: 'off', ...this.options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    createInterface({ input: child.stderr }).on('line', (line) => this.log.push(line));
    this.#port = await new Promise<number>((found, failed) => {
      const fail = (why: string) => failed(new Error(`The server ${why}.\n${this.log.join('\n')}`));
      const timer = setTimeout(() => fail(`did not say its address in ${START_MS} ms`), START_MS);
      child.once('exit', (code) => fail(`ended at its start with ${code}`));
      createInterface({ input: child.stdout }).on('line', (line) => {
        const port = /http:\/\/[^\s:]+:(\d+)/.exec(line)?.[1];
        if (!port) return;
        clearTimeout(timer);
        found(Number(port));
      });
    });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((done) => child.once('exit', () => done()));
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    child.kill(signal);
    await ended;
    clearTimeout(timer);
  }
}
