/**
 * Serves the emoji picker's data from the app's own origin: `/emoji/<language>/data.json` and `messages.json`,
 * in dev and in the build. The data is cut down to the fields that the picker reads.
 */

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Plugin } from 'vite';

const LANGUAGES = ['nb', 'en'];
const FILES = ['data.json', 'messages.json'];
/** What frimousse reads of an emoji, and of each of its skin tones. */
const FIELDS = ['emoji', 'label', 'tags', 'group', 'subgroup', 'order', 'version', 'skins'];
const SKIN_FIELDS = ['emoji', 'tone'];

const require = createRequire(import.meta.url);

/** Makes the plugin. */
export function emojiData(): Plugin {
  return {
    name: 'samtale-emoji-data',
    configureServer(server) {
      server.middlewares.use('/emoji/', (request, response, next) => {
        const [, language, file] = /^\/(\w+)\/([\w.]+)$/.exec(request.url?.split('?')[0] ?? '') ?? [];
        if (!language || !file || !LANGUAGES.includes(language) || !FILES.includes(file)) return next();
        contents(language, file).then((text) => {
          response.setHeader('content-type', 'application/json');
          response.end(text);
        }, next);
      });
    },
    async generateBundle() {
      for (const language of LANGUAGES) {
        for (const file of FILES) {
          this.emitFile({
            type: 'asset',
            fileName: `emoji/${language}/${file}`,
            source: await contents(language, file),
          });
        }
      }
    },
  };
}

async function contents(language: string, file: string): Promise<string> {
  const text = await readFile(require.resolve(`emojibase-data/${language}/${file}`), 'utf8');
  if (file !== 'data.json') return text;
  const all: readonly Emoji[] = JSON.parse(text);
  return JSON.stringify(
    all.map((emoji) => ({
      ...only(FIELDS, emoji),
      ...(emoji.skins && { skins: emoji.skins.map((skin) => only(SKIN_FIELDS, skin)) }),
    })),
  );
}

type Emoji = Record<string, unknown> & { skins?: readonly Record<string, unknown>[] };

function only(fields: readonly string[], of: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(of).filter(([name]) => fields.includes(name)));
}
