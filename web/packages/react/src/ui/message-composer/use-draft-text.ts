/**
 * The text of a composer. What is being written is kept as the chat's draft, a moment after the last key;
 * what is being edited is not, and the draft comes back after it.
 */
import { useEffect, useRef, useState } from 'react';
import { useEvent } from '../primitives';

const KEEP_MS = 400;

/** Where drafts are kept. */
export interface DraftStore {
  draft: string;
  keep: (text: string) => void;
}

/** What {@link useDraftText} gives. */
export interface DraftText {
  text: string;
  /** Takes what a person writes. */
  write: (text: string) => void;
  /** Empties it and the draft: it was sent. */
  clear: () => void;
}

/** Gives the text, starting from the draft; another device's draft is taken over while nothing is written here. */
export function useDraftText(store: DraftStore): DraftText {
  const [text, setText] = useState(store.draft);
  const kept = useRef(store.draft);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const keep = useEvent((value: string) => {
    if (kept.current === value) return;
    kept.current = value;
    store.keep(value);
  });
  const present = useRef(text);

  const set = useEvent((value: string) => {
    present.current = value;
    setText(value);
  });
  const write = useEvent((value: string) => {
    set(value);
    clearTimeout(timer.current);
    // A draft that ends is told at once: the list must not show what was sent.
    if (value === '') keep('');
    else timer.current = setTimeout(() => keep(value), KEEP_MS);
  });
  const clear = useEvent(() => {
    clearTimeout(timer.current);
    set('');
    keep('');
  });

  useEffect(() => {
    if (store.draft === kept.current) return;
    const untouched = present.current === kept.current;
    kept.current = store.draft;
    if (untouched) set(store.draft);
  }, [store.draft, set]);

  useEffect(() => {
    const flush = () => {
      clearTimeout(timer.current);
      keep(present.current);
    };
    // In the capturing phase: before the client lets go of the store.
    window.addEventListener('pagehide', flush, true);
    return () => {
      window.removeEventListener('pagehide', flush, true);
      flush();
    };
  }, [keep]);

  return { text, write, clear };
}
