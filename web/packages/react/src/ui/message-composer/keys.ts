/** What a key does in a composer. */

/** What a composer is asked to do. */
export type ComposerCommand = 'send' | 'cancel' | 'edit-last';

/** A key, as the browser tells it. */
export interface ComposerKey {
  key: string;
  /** 229 while an input method works on it, in browsers that forget `isComposing`. */
  keyCode: number;
  isComposing: boolean;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** How the composer stands. */
export interface ComposerState {
  /** Whether the main pointer is a finger: then Enter makes a line. */
  touch: boolean;
  empty: boolean;
  /** Whether there is a reply or an edit to cancel. */
  mode: boolean;
}

/** Returns what a key does; null: what the browser makes of it. */
export function commandOfKey(key: ComposerKey, state: ComposerState): ComposerCommand | null {
  if (key.isComposing || key.keyCode === 229) return null;
  if (key.key === 'Enter') {
    if (key.ctrlKey || key.metaKey) return 'send';
    return key.shiftKey || key.altKey || state.touch ? null : 'send';
  }
  if (key.key === 'Escape') return state.mode ? 'cancel' : null;
  const bare = !key.shiftKey && !key.ctrlKey && !key.metaKey && !key.altKey;
  return key.key === 'ArrowUp' && bare && state.empty && !state.mode ? 'edit-last' : null;
}
