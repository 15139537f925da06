/** What becomes a link, and what never does. */
import { describe, expect, it } from 'vitest';
import { splitLinks } from './links';

/** The links of a text, as written and as followed. */
const linksOf = (text: string) =>
  splitLinks(text)
    .filter((part) => part.href !== null)
    .map((part) => [part.text, part.href]);

describe('links in a message', () => {
  it.each([
    ['se https://udir.no/lk20 i dag', 'https://udir.no/lk20'],
    ['(https://udir.no/lk20)', 'https://udir.no/lk20'],
    ['https://no.wikipedia.org/wiki/Pi_(tall).', 'https://no.wikipedia.org/wiki/Pi_(tall)'],
    ['Har du lest http://vg.no?', 'http://vg.no'],
    ['«https://vg.no/a?b=c&d=e#f»', 'https://vg.no/a?b=c&d=e#f'],
    ['HTTPS://VG.NO/', 'HTTPS://VG.NO/'],
  ])('%s', (text, shown) => {
    expect(linksOf(text).map(([written]) => written)).toEqual([shown]);
  });

  it('makes mail addresses links', () => {
    expect(linksOf('skriv til ingrid.dahl@skole.no.')).toEqual([
      ['ingrid.dahl@skole.no', 'mailto:ingrid.dahl@skole.no'],
    ]);
    expect(linksOf('mailto:a@b.no')).toEqual([['mailto:a@b.no', 'mailto:a@b.no']]);
  });

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt://example.com/%0aalert(1)',
    'data:text/html,<script>',
    'file:///etc/passwd',
    'ftp://example.com',
    'https://bank.no@evil.example/',
    'https://',
    'kl. 14:05://',
    'a@b',
    'tel:112',
  ])('leaves %s as words', (text) => {
    expect(linksOf(text)).toEqual([]);
  });

  it('keeps every character, in order', () => {
    const text = 'a https://x.no, b@c.no og (https://y.no/(z)) – «slutt»';
    expect(
      splitLinks(text)
        .map((part) => part.text)
        .join(''),
    ).toBe(text);
  });

  it('is quick with long texts that are nearly links', () => {
    const started = performance.now();
    splitLinks(
      `${'a@'.repeat(5_000)} ${'https://'.repeat(1_000)} ${'a.'.repeat(5_000)}@ ${')'.repeat(9_000)}://`,
    );
    expect(performance.now() - started).toBeLessThan(250);
  });
});
