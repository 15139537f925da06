/** The keys of the web's sources and those of the catalogues are the same. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const REPOSITORY = fileURLToPath(new URL('../../../..', import.meta.url));
const FOLDERS = ['web/packages/react/src', 'web/packages/locale/src', 'web/apps/chat/src'];

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name)
      ? [readFileSync(path, 'utf8')]
      : [];
  });
}

function keysOf(locale: string): Set<string> {
  const text = readFileSync(join(REPOSITORY, `locales/${locale}.ftl`), 'utf8');
  return new Set([...text.matchAll(/^([a-z][\w-]*) =/gm)].map(([, key = '']) => key));
}

const code = FOLDERS.flatMap((folder) => sources(join(REPOSITORY, folder))).join('\n');
/** What is given to `t`, and every text that looks like a key of the web. */
const used = new Set(
  [
    ...code.matchAll(/\bt\(\s*['"]([^'"]+)['"]/g),
    ...code.matchAll(/['"]((?:ui|app|devtools)-[\w-]+)['"]/g),
  ].map(([, key = '']) => key),
);
/** Families of keys that end in a name: `ui-theme-${theme}`. */
const families = [...code.matchAll(/`((?:ui|app|devtools)-[\w-]+-)\$\{/g)].map(([, family = '']) => family);

describe.each(['nb', 'nn', 'en'])('%s', (locale) => {
  test('has every sentence that is asked for', () => {
    const keys = keysOf(locale);
    expect([...used].filter((key) => !keys.has(key))).toEqual([]);
  });

  test('has none that nobody asks for', () => {
    const web = [...keysOf(locale)].filter((key) => /^(?:ui|app|devtools)-/.test(key));
    const isUsed = (key: string) => used.has(key) || families.some((family) => key.startsWith(family));
    expect(web.filter((key) => !isUsed(key))).toEqual([]);
  });
});
