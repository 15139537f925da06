/**
 * Locks that free themselves when their tab is gone: Web Locks; lease rows in `localStorage` where
 * there are none (pages without TLS); a plain table within one program (Node).
 */

/** Locks by name, one holder at a time. */
export interface Locks {
  /** Takes a lock once it is free; null when `signal` aborts first. What it returns frees it. */
  take(name: string, signal: AbortSignal): Promise<(() => void) | null>;
  /** Takes it if it is free now. */
  tryTake(name: string): Promise<(() => void) | null>;
  /** The names that are held, by anyone. */
  held(): Promise<string[]>;
}

/** The locks of the place this runs in. */
export function defaultLocks(storage: Storage | null): Locks {
  const manager: LockManager | null = typeof navigator === 'undefined' ? null : (navigator.locks ?? null);
  if (manager !== null) return webLocks(manager);
  return storage === null ? localLocks() : leaseLocks(storage);
}

/** Web Locks. */
export function webLocks(manager: LockManager): Locks {
  const request = (name: string, options: LockOptions) =>
    new Promise<(() => void) | null>((resolve) => {
      const granted = (lock: Lock | null) => {
        if (lock === null) {
          resolve(null);
          return undefined;
        }
        return new Promise<void>((release) => resolve(release));
      };
      manager.request(name, options, granted).catch(() => resolve(null));
    });
  return {
    take: (name, signal) => request(name, { signal }),
    tryTake: (name) => request(name, { ifAvailable: true }),
    async held() {
      const { held = [] } = await manager.query().catch((): LockManagerSnapshot => ({}));
      return held.flatMap(({ name }) => (name ? [name] : []));
    },
  };
}

const table = new Map<string, object>();
const waiting = new Set<() => void>();

/** Locks within this program. */
export function localLocks(): Locks {
  const take = (name: string): (() => void) | null => {
    if (table.has(name)) return null;
    const holder = {};
    table.set(name, holder);
    return () => {
      if (table.get(name) !== holder) return;
      table.delete(name);
      for (const look of [...waiting]) look();
    };
  };
  return {
    tryTake: async (name) => take(name),
    held: async () => [...table.keys()],
    take: (name, signal) =>
      new Promise((resolve) => {
        const over = (release: (() => void) | null) => {
          waiting.delete(look);
          resolve(release);
        };
        const look = () => {
          const release = take(name);
          if (release !== null) over(release);
        };
        waiting.add(look);
        signal.addEventListener('abort', () => over(null));
        look();
      }),
  };
}

/** How long a lease holds without a heartbeat, in milliseconds: hidden tabs' timers run once a minute. */
export const LEASE_MS = 150_000;

/** How often a lease is renewed, and looked at by those who wait for it. */
const BEAT_MS = 5_000;

/** Leases in `localStorage`, renewed by heartbeat. */
export function leaseLocks(storage: Storage): Locks {
  const own = 'samtale lease ';
  const me = Math.random().toString(36).slice(2);
  const read = (name: string) => {
    const [holder = '', until = '0'] = (storage.getItem(own + name) ?? '').split(' ');
    return Number(until) > Date.now() ? holder : null;
  };
  const write = (name: string) => storage.setItem(own + name, `${me} ${Date.now() + LEASE_MS}`);
  const mine = new Set<string>();

  const tryTake = async (name: string) => {
    if (read(name) !== null) return null;
    write(name);
    // Another tab may have written in the same moment: the last one has it.
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (read(name) !== me || mine.has(name)) return null;
    mine.add(name);
    const beat = setInterval(() => write(name), BEAT_MS);
    return () => {
      clearInterval(beat);
      mine.delete(name);
      if (read(name) === me) storage.removeItem(own + name);
    };
  };
  return {
    tryTake,
    async held() {
      const names = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '');
      const leases = names.filter((key) => key.startsWith(own)).map((key) => key.slice(own.length));
      return leases.filter((name) => read(name) !== null);
    },
    async take(name, signal) {
      while (!signal.aborted) {
        const release = await tryTake(name);
        if (release !== null) {
          if (!signal.aborted) return release;
          release();
        }
        await new Promise((resolve) => setTimeout(resolve, BEAT_MS));
      }
      return null;
    },
  };
}
