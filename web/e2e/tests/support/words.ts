/** What the product says, from its own catalogues: tests find things by these, as a person would. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { FluentBundle, FluentNumber, FluentResource, type FluentVariable } from '@fluent/bundle';

export type Language = 'nb' | 'nn' | 'en';

/** Says a message of the catalogue in one language. */
export type Words = (key: string, values?: Readonly<Record<string, string | number>>) => string;

/** Loads a language; an unknown key is a failed test. */
export function words(language: Language): Words {
  const path = resolve(import.meta.dirname, `../../../../locales/${language}.ftl`);
  const bundle = new FluentBundle(language, { useIsolating: false });
  bundle.addResource(new FluentResource(readFileSync(path, 'utf8')));
  return (key, values = {}) => {
    const pattern = bundle.getMessage(key)?.value;
    if (!pattern) throw new Error(`${language}.ftl has no "${key}"`);
    const plain = Object.entries(values).map(([name, value]): [string, FluentVariable] => [
      name,
      typeof value === 'number' ? new FluentNumber(value, { useGrouping: false }) : value,
    ]);
    return bundle.formatPattern(pattern, Object.fromEntries(plain));
  };
}

/** Makes a pattern that finds the text anywhere, whatever stands in it. */
export function within(text: string): RegExp {
  return new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
}
