/** A sentence that has to be said once, about something that went wrong out of sight. */
import { createStore } from './store';

const shown = createStore<string | null>(null);

/** The sentence; null: none. */
export const notice = { getSnapshot: shown.getSnapshot, subscribe: shown.subscribe };

/** Says a sentence, until it is put away or another takes its place. */
export function notify(sentence: string): void {
  shown.set(sentence);
}

/** Puts the sentence away. */
export function dismissNotice(): void {
  shown.set(null);
}
