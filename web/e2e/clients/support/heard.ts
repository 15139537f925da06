/** What a test has heard so far, and waiting for more: for an event, never for a time. */

/** How long a test waits for an event before it fails. */
export const PATIENCE_MS = 15_000;

/** A list that grows by what happens. */
export class Heard<T> {
  readonly items: T[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(private readonly what: string) {}

  add(item: T): void {
    this.items.push(item);
    for (const look of [...this.#waiting]) look();
  }

  /** Waits for the first item that fits, of those that came already or of those to come. */
  first(fits: (item: T) => boolean = () => true): Promise<T> {
    return this.#wait(() => this.items.find(fits), 'one that fits');
  }

  /** Waits until so many have come, and returns all that have. */
  async times(count: number): Promise<readonly T[]> {
    await this.#wait(() => (this.items.length >= count ? true : undefined), String(count));
    return this.items;
  }

  #wait<R>(look: () => R | undefined, wanted: string): Promise<R> {
    const before = look();
    if (before !== undefined) return Promise.resolve(before);
    return new Promise((done, failed) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(again);
        const shown = this.items.map((item) => JSON.stringify(item)).join('\n');
        failed(new Error(`Waited for ${wanted} of ${this.what}, and heard ${this.items.length}:\n${shown}`));
      }, PATIENCE_MS);
      const again = () => {
        const found = look();
        if (found === undefined) return;
        clearTimeout(timer);
        this.#waiting.delete(again);
        done(found);
      };
      this.#waiting.add(again);
    });
  }
}

/** Asks again and again until the answer is something: for what tells nobody that it changed. */
export async function until<T>(what: string, ask: () => T | undefined | false): Promise<T> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`Waited for this in vain: ${what}`);
    await new Promise((again) => setTimeout(again, 5));
  }
}

/** Waits until the clock shows another millisecond than anything before, and returns it. */
export async function nextMoment(): Promise<number> {
  const now = Date.now();
  await until('the clock goes on', () => Date.now() > now + 2);
  return Date.now();
}
