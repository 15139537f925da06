/**
 * Tabs among themselves, without a leader. Each holds a lock on its name for life; whoever gets that
 * lock after it adopts what it left. One of them holds the lock of the cache, and stores it.
 */
import type { Tabs, TabsHost } from '../api';
import { randomBytes, uuidv7 } from '../ids';
import { usableLocalStorage } from './areas';
import { defaultLocks, type Locks } from './locks';

type Word = { kind: 'hello'; tab: string } | { kind: 'signOut'; wipe: boolean };

/** The tabs of this browser; in Node, the clients of this program. */
export const defaultTabs: TabsHost = (name) => {
  const storage = typeof document === 'undefined' ? null : usableLocalStorage();
  return joinTabs(name, defaultLocks(storage), deviceId(storage));
};

/** Becomes a tab among those that share these locks. */
export async function joinTabs(name: string, locks: Locks, device: string): Promise<Tabs> {
  const tab = uuidv7();
  const ours = `${name} tab `;
  const gone = new AbortController();
  const { signal } = gone;
  const releases = new Set<() => void>();
  const watched = new Set<string>([tab]);
  const missing: string[] = [];
  let onGone: ((tab: string) => Promise<void>) | null = null;
  let onWriter: (() => void) | null = null;
  let onSignOut: ((wipe: boolean) => void) | null = null;
  let writer = false;

  const keep = (release: (() => void) | null) => {
    if (release === null) return false;
    if (signal.aborted) release();
    else releases.add(release);
    return !signal.aborted;
  };
  const tell = (left: string, then: () => void) => {
    if (onGone === null || signal.aborted) then();
    else onGone(left).then(then, then);
  };
  const watch = (other: string) => {
    if (watched.has(other)) return;
    watched.add(other);
    void locks.take(ours + other, signal).then((release) => {
      if (!keep(release) || release === null) return;
      const free = () => {
        releases.delete(release);
        release();
      };
      if (onGone === null) missing.push(other);
      tell(other, free);
    });
  };

  keep(await locks.tryTake(ours + tab));
  const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(name);
  if (channel !== null) {
    if ('unref' in channel && typeof channel.unref === 'function') channel.unref();
    channel.onmessage = ({ data }: MessageEvent<Word>) => {
      if (data.kind === 'hello') watch(data.tab);
      else onSignOut?.(data.wipe);
    };
    channel.postMessage({ kind: 'hello', tab } satisfies Word);
  }
  for (const held of await locks.held()) if (held.startsWith(ours)) watch(held.slice(ours.length));

  const becomeWriter = (release: (() => void) | null) => {
    if (!keep(release)) return;
    writer = true;
    onWriter?.();
  };
  becomeWriter(await locks.tryTake(`${name} cache`));
  if (!writer) void locks.take(`${name} cache`, signal).then(becomeWriter);

  return {
    deviceId: device,
    tab,
    isWriter: () => writer,
    onWriter(listener) {
      onWriter = listener;
    },
    watch,
    onGone(listener) {
      onGone = listener;
      for (const left of missing.splice(0)) {
        watched.delete(left);
        watch(left);
      }
    },
    signOut(wipe) {
      channel?.postMessage({ kind: 'signOut', wipe } satisfies Word);
    },
    onSignOut(listener) {
      onSignOut = listener;
    },
    close() {
      gone.abort();
      channel?.close();
      for (const release of releases) release();
      releases.clear();
    },
  };
}

/** The device's id: made once, and shared by all tabs and users of the browser. */
function deviceId(storage: Storage | null): string {
  const key = 'samtale device';
  const made = Array.from(randomBytes(12), (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (storage === null) return made;
  try {
    const held = storage.getItem(key);
    if (held === null) storage.setItem(key, made);
    return held ?? made;
  } catch {
    return made;
  }
}
