/**
 * A journal in `localStorage`: synchronous, so that what a person sends in the last moment of a tab is
 * kept though the database had no time to commit. It belongs to a tab; who adopts that tab's work
 * writes the journal into the store first.
 */
import type { Journal, StorageWrite } from '../api';
import { fromBase64, toBase64 } from './areas';

type Line = ['put', string, string] | ['delete', string] | ['deletePrefix', string];

/** Keeps the journals of one store, tab by tab. */
export function localJournal(storage: Storage, name: string): Journal {
  const own = `${name} journal `;
  const entries = () => {
    const found: { key: string; tab: string; batch: number }[] = [];
    for (let index = 0; index < storage.length; index += 1) {
      const key = storage.key(index) ?? '';
      if (!key.startsWith(own)) continue;
      const [tab = '', batch = ''] = key.slice(own.length).split(' ');
      found.push({ key, tab, batch: Number(batch) });
    }
    return found.sort((a, b) => a.batch - b.batch);
  };
  return {
    add(tab, batch, writes) {
      storage.setItem(`${own}${tab} ${batch}`, JSON.stringify(writes.map(toLine)));
    },
    remove(tab, upTo) {
      for (const entry of entries()) {
        if (entry.tab === tab && entry.batch <= upTo) storage.removeItem(entry.key);
      }
    },
    tabs: () => [...new Set(entries().map(({ tab }) => tab))],
    left: (tab) =>
      entries()
        .filter((entry) => entry.tab === tab)
        .flatMap(({ key }) => readLines(storage.getItem(key))),
    wipe() {
      for (const { key } of entries()) storage.removeItem(key);
    },
  };
}

function toLine(write: StorageWrite): Line {
  if (write.kind === 'put') return ['put', write.key, toBase64(write.value)];
  return write.kind === 'delete' ? ['delete', write.key] : ['deletePrefix', write.prefix];
}

function readLines(text: string | null): StorageWrite[] {
  try {
    const lines: Line[] = JSON.parse(text ?? '[]');
    return lines.map((line): StorageWrite => {
      if (line[0] === 'put') return { kind: 'put', key: line[1], value: fromBase64(line[2]) };
      return line[0] === 'delete'
        ? { kind: 'delete', key: line[1] }
        : { kind: 'deletePrefix', prefix: line[1] };
    });
  } catch {
    // A line cut short never counted as kept.
    return [];
  }
}
