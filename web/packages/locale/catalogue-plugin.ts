/**
 * A Vite plugin that makes catalogues small: comments, blank lines and the terminal's sentences
 * (`tui-`) stay out of what a browser loads. Fluent's text is otherwise left as it is.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const QUERY = '.ftl?raw';

/** The repository, so that a development server may read `locales/` beside `web/`. */
const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));

/** Serves `*.ftl?raw` as a module with the shortened text. */
export function catalogues(): Plugin {
  return {
    name: 'samtale-catalogues',
    enforce: 'pre',
    config: () => ({ server: { fs: { allow: [REPOSITORY] } } }),
    async load(id) {
      if (!id.endsWith(QUERY)) return null;
      const path = id.slice(0, -'?raw'.length);
      this.addWatchFile(path);
      const text = shorten(await readFile(path, 'utf8'));
      return { code: `export default ${JSON.stringify(text)};`, moduleType: 'js', map: null };
    },
  };
}

/** Returns a catalogue without comments, blank lines and the messages of the terminal. */
export function shorten(catalogue: string): string {
  const kept: string[] = [];
  let terminal = false;
  for (const line of catalogue.split('\n')) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    // A message goes on in the lines that are indented, or that close it.
    if (/^[a-z]/.test(line)) terminal = line.startsWith('tui-');
    if (!terminal) kept.push(line.replace(/^\s+/, ' ').trimEnd());
  }
  return `${kept.join('\n')}\n`;
}
