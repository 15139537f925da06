/** Which keys send, break lines, edit and cancel. */
import { describe, expect, it } from 'vitest';
import { type ComposerKey, commandOfKey } from './keys';

const key = (name: string, change: Partial<ComposerKey> = {}): ComposerKey => ({
  key: name,
  keyCode: 0,
  isComposing: false,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...change,
});
const plain = { touch: false, empty: false, mode: false };

describe('keys in a composer', () => {
  it('sends with Enter, and with Ctrl or Cmd and Enter', () => {
    expect(commandOfKey(key('Enter'), plain)).toBe('send');
    expect(commandOfKey(key('Enter', { ctrlKey: true }), { ...plain, touch: true })).toBe('send');
    expect(commandOfKey(key('Enter', { metaKey: true }), plain)).toBe('send');
  });

  it('makes a line with Shift, and on touch', () => {
    expect(commandOfKey(key('Enter', { shiftKey: true }), plain)).toBeNull();
    expect(commandOfKey(key('Enter'), { ...plain, touch: true })).toBeNull();
  });

  it('leaves every key to an input method that is at work', () => {
    for (const name of ['Enter', 'Escape', 'ArrowUp']) {
      const state = { touch: false, empty: true, mode: name === 'Escape' };
      expect(commandOfKey(key(name, { isComposing: true }), state)).toBeNull();
      expect(commandOfKey(key(name, { keyCode: 229 }), state)).toBeNull();
    }
  });

  it('cancels a mode with Esc, and leaves Esc alone without one', () => {
    expect(commandOfKey(key('Escape'), { ...plain, mode: true })).toBe('cancel');
    expect(commandOfKey(key('Escape'), plain)).toBeNull();
  });

  it('edits the last own message with ↑ where nothing is written', () => {
    expect(commandOfKey(key('ArrowUp'), { ...plain, empty: true })).toBe('edit-last');
    expect(commandOfKey(key('ArrowUp'), plain)).toBeNull();
    expect(commandOfKey(key('ArrowUp', { shiftKey: true }), { ...plain, empty: true })).toBeNull();
    expect(commandOfKey(key('ArrowUp'), { touch: false, empty: true, mode: true })).toBeNull();
  });
});
