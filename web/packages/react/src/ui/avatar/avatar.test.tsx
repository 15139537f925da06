/** Letters, tones and pictures of faces. */
import { readFileSync } from 'node:fs';
import { fireEvent, render } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { Avatar, ChatAvatar } from './avatar';
import { initialsOf, TONES, toneOf } from './initials';

describe('initials', () => {
  test.each([
    ['Ingrid Solberg', 'IS'],
    ['Sigrid Ragnhild Åsen Fjelltveit-Kvammen', 'SF'],
    ['  åse  ', 'Å'],
    ['Émile (Milo) Lie', 'ÉL'],
    ['👩‍🏫 Kari', 'K'],
    ['«Kari»', 'K'],
    ['', '?'],
    ['---', '?'],
  ])('of %j are %j', (name, initials) => {
    expect(initialsOf(name)).toBe(initials);
  });
});

describe('tones', () => {
  test('an id has the same one always, and ids that look alike are spread', () => {
    expect(toneOf('ingrid')).toBe(toneOf('ingrid'));
    const tones = new Set(Array.from({ length: 60 }, (_, index) => toneOf(`user-${index}`)));
    expect(tones.size).toBe(TONES);
  });

  test('white stands out from each by 4.5:1', () => {
    const css = readFileSync(`${import.meta.dirname}/avatar.module.css`, 'utf8');
    const colours = [...css.matchAll(/\.tone\d+ \{\s*background: #([0-9a-f]{6});/gu)].map(
      (match) => match[1],
    );
    expect(colours).toHaveLength(TONES);
    for (const colour of colours) expect(contrastWithWhite(colour ?? '')).toBeGreaterThanOrEqual(4.5);
  });
});

describe('faces', () => {
  test('a picture that can not be had gives way to the initials', () => {
    const { container } = render(<Avatar id="kari" name="Kari Lie" src="https://example.org/kari.png" />);
    const picture = container.querySelector('img');
    expect(picture?.getAttribute('alt')).toBe('');
    if (picture) fireEvent.error(picture);
    expect(container.querySelector('img')).toBeNull();
    expect(container.textContent).toBe('KL');
  });

  test('a group shows two of the others, a pair the other one with their presence', () => {
    const person = (id: string, name: string, isMe = false) => ({
      id,
      name,
      avatarUrl: null,
      role: 'student' as const,
      joinedAt: new Date(0),
      isMe,
    });
    const me = person('me', 'Meg Selv', true);
    const group = {
      id: 'c',
      name: 'Gruppa',
      memberCount: 3,
      participants: [me, person('a', 'Amina Hassan'), person('b', 'Bo Lie')],
    };
    expect(render(<ChatAvatar chat={group} />).container.textContent).toBe('BLAH');
    const pair = { ...group, memberCount: 2, participants: [me, person('a', 'Amina Hassan')] };
    const { container } = render(<ChatAvatar chat={pair} presence="busy" />);
    expect(container.textContent).toBe('AH');
    expect(container.querySelector('[data-status="busy"]')).not.toBeNull();
  });
});

/** The contrast ratio of WCAG 2.1 between a colour (`rrggbb`) and white. */
function contrastWithWhite(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
}
