/** Finds people for a picker: in a list, by asking the host product, or among those one knows from chats. */
import type { Role, UserId } from '@samtale/client';
import { useEffect, useMemo, useState } from 'react';
import { useChats } from '../../hooks';

/** Someone who can be added. */
export interface DirectoryPerson {
  readonly id: UserId;
  readonly name: string;
  readonly avatarUrl?: string | null;
  /** What they are by default; `student` where absent. */
  readonly role?: Role;
  /** Who they are, in a few words. */
  readonly about?: string;
}

/** Where people are found: a list, or a search of the host product's. */
export type PeopleDirectory =
  | readonly DirectoryPerson[]
  | ((query: string, signal: AbortSignal) => Promise<readonly DirectoryPerson[]>);

/** The pause in typing after which the host product is asked, in milliseconds. */
const DEBOUNCE_MS = 250;
const NOBODY: readonly DirectoryPerson[] = Object.freeze([]);

/** Returns those who match the words; by default among the people of one's chats. */
export function useDirectory(directory: PeopleDirectory | undefined, query: string) {
  const known = useKnownPeople();
  const ask = typeof directory === 'function' ? directory : null;
  const [answer, setAnswer] = useState<{ query: string; people: readonly DirectoryPerson[] } | null>(null);
  const words = query.trim();
  useEffect(() => {
    if (ask === null) return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      ask(words, abort.signal).then(
        (people) => {
          if (!abort.signal.aborted) setAnswer({ query: words, people });
        },
        () => {
          if (!abort.signal.aborted) setAnswer({ query: words, people: NOBODY });
        },
      );
    }, DEBOUNCE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [ask, words]);
  const listed = typeof directory === 'function' ? null : (directory ?? known);
  const matching = useMemo(() => listed?.filter((person) => matches(person, words)), [listed, words]);
  return {
    people: matching ?? answer?.people ?? NOBODY,
    loading: ask !== null && answer?.query !== words,
  };
}

/** Returns whether each word begins a word of the person's name, or the id. */
function matches(person: DirectoryPerson, query: string): boolean {
  const names = person.name.toLocaleLowerCase('nb').split(/[\s-]+/u);
  return query
    .toLocaleLowerCase('nb')
    .split(/\s+/u)
    .filter(Boolean)
    .every((word) => names.some((name) => name.startsWith(word)) || person.id.startsWith(word));
}

function useKnownPeople(): readonly DirectoryPerson[] {
  const { chats } = useChats();
  return useMemo(() => {
    const people = new Map<UserId, DirectoryPerson>();
    for (const chat of chats) {
      for (const { id, name, avatarUrl, role, isMe } of chat.participants) {
        if (!isMe && !people.has(id)) people.set(id, { id, name, avatarUrl, role });
      }
    }
    return [...people.values()].sort((a, b) => a.name.localeCompare(b.name, 'nb'));
  }, [chats]);
}
