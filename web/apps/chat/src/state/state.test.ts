/** Shows the title, the theme and the preferences. */
import { beforeEach, describe, expect, it } from 'vitest';
import { showUnread, titleOf } from './badge';
import { LIST_WIDTH, parsePreferences, pickLanguage } from './preferences';
import { showTheme } from './theme';

describe('the title', () => {
  it.each([
    [null, 0, 'Samtale'],
    [null, 3, '(3) Samtale'],
    ['Kari', 0, 'Kari · Samtale'],
    ['Kari', 120, '(99+) Kari · Samtale'],
  ])('for %s with %d unread is %s', (place, unread, title) => {
    expect(titleOf('Samtale', place, unread)).toBe(title);
  });

  it('changes with the favicon', () => {
    document.head.innerHTML = '<link rel="icon" href="/favicon.svg">';
    const icon = () => document.querySelector('link')?.getAttribute('href');
    showUnread('(2) Samtale', 2);
    expect([document.title, icon()]).toEqual(['(2) Samtale', '/favicon-unread.svg']);
    showUnread('Samtale', 0);
    expect([document.title, icon()]).toEqual(['Samtale', '/favicon.svg']);
  });
});

describe('preferences', () => {
  it('begin with what is ordinary', () => {
    expect(parsePreferences(null)).toEqual({
      language: null,
      theme: 'system',
      listWidth: LIST_WIDTH.initial,
      firstRunDone: false,
    });
  });
  it('drop what they do not know', () => {
    const odd = { language: 'sv', theme: 'pink', listWidth: 9_999, firstRunDone: 'yes' };
    expect(parsePreferences(odd)).toMatchObject({ language: null, theme: 'system', listWidth: 400 });
  });
});

describe('the language', () => {
  it.each([
    ['en' as const, 'nn', ['nb'], 'en'],
    [null, 'nn', ['en'], 'nn'],
    [null, null, ['sv', 'en-GB'], 'en'],
    [null, null, ['no'], 'nb'],
    [null, null, ['de'], 'nb'],
  ])('chosen %s, of the account %s, of the device %s is %s', (chosen, account, asked, language) => {
    expect(pickLanguage(chosen, account, asked)).toBe(language);
  });
});

describe('the theme', () => {
  beforeEach(() => {
    document.head.innerHTML = '<meta name="theme-color" content="">';
  });
  const shown = () => [
    document.documentElement.dataset.theme,
    document.querySelector('meta')?.getAttribute('content'),
  ];
  it('is the device’s until one is chosen', () => {
    showTheme(document, 'system', true);
    expect(shown()).toEqual([undefined, '#161d21']);
    showTheme(document, 'light', true);
    expect(shown()).toEqual(['light', '#ffffff']);
  });
});
