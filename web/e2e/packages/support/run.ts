/** Programs that a test starts: to their end, or until the test is over. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const READY_MS = 60_000;

/** Runs a program to its end and returns what it printed; a failure shows all of it. */
export function run(folder: string, program: string, ...args: string[]): Promise<string> {
  return new Promise((done, failed) => {
    const child = spawn(program, args, {
      cwd: folder,
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
      });
    }
    child.once('error', failed);
    child.once('close', (code) => {
      if (code === 0) done(printed);
      else failed(new Error(`${program} ${args.join(' ')} ended with ${code}:\n${printed}`));
    });
  });
}

/** A program that goes on until it is stopped. */
export interface Running {
  /** What the pattern found in what it printed. */
  readonly found: string;
  /** What it has printed so far. */
  readonly lines: readonly string[];
  running(): boolean;
  stop(): Promise<void>;
}

/** Starts a program and waits for the first line that the pattern's group matches. */
export async function start(
  folder: string,
  ready: RegExp,
  program: string,
  ...args: string[]
): Promise<Running> {
  // A group of its own: npx and next start helpers, which end with it.
  const child = spawn(program, args, {
    cwd: folder,
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const lines: string[] = [];
  const found = await new Promise<string>((done, failed) => {
    const fail = (why: string) =>
      failed(new Error(`${program} ${args.join(' ')} ${why}:\n${lines.join('\n')}`));
    const timer = setTimeout(() => {
      end(child);
      fail('did not get ready');
    }, READY_MS);
    child.once('close', (code) => fail(`ended with ${code}`));
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters.
        const plain = line.replace(/\u001b\[[0-9;]*m/g, '');
        lines.push(plain);
        const match = ready.exec(plain)?.[1];
        if (match === undefined) return;
        clearTimeout(timer);
        done(match);
      });
    }
  });
  return {
    found,
    lines,
    running: () => running(child),
    stop: async () => {
      if (!running(child)) return;
      const ended = new Promise<void>((done) => child.once('close', () => done()));
      end(child);
      await ended;
    },
  };
}

function running(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

function end(child: ChildProcess): void {
  if (child.pid !== undefined && running(child)) process.kill(-child.pid, 'SIGTERM');
}

/** The environment without what `npm run` and Playwright put into it for themselves. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|NODE_OPTIONS|PW_|INIT_CWD|FORCE_COLOR|NODE_ENV)/i.test(name),
  );
  return { ...Object.fromEntries(kept), NEXT_TELEMETRY_DISABLED: '1', CI: '1', NO_COLOR: '1' };
}
