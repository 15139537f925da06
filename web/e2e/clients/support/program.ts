/** A program that a test starts and talks to by its lines. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Heard } from './heard';

export class Program {
  readonly lines = new Heard<string>('lines of the program');
  readonly complaints: string[] = [];

  private constructor(private readonly child: ChildProcess) {
    if (!child.stdout || !child.stderr) throw new Error('no pipes');
    createInterface({ input: child.stdout }).on('line', (line) => this.lines.add(line));
    createInterface({ input: child.stderr }).on('line', (line) => this.complaints.push(line));
  }

  /** Starts a script of Node's. */
  static start(script: string, ...args: string[]): Program {
    return new Program(spawn(process.execPath, [script, ...args], { stdio: ['pipe', 'pipe', 'pipe'] }));
  }

  write(line: string): void {
    this.child.stdin?.write(`${line}\n`);
  }

  stop(): void {
    this.child.kill();
  }
}
