/** How much a browser has to fetch, gzipped: each package by itself, and the app as it is served. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { test } from '@playwright/test';
import { build, defaultClientConditions, type Rolldown } from 'vite';
import { catalogues } from '../../packages/locale/catalogue-plugin';
import { table } from './numbers';

const WEB = resolve(import.meta.dirname, '../..');
const kib = (bytes: number) => bytes / 1024;
const zipped = (bytes: string | Uint8Array) => gzipSync(bytes, { level: 9 }).length;

/** Bundles an entry from its source, minified, without what `left` names. */
async function bundle(code: string, left: RegExp): Promise<{ js: number; css: number }> {
  const entry = join(WEB, 'packages/react/src/entry.js');
  const result = await build({
    configFile: false,
    logLevel: 'error',
    root: join(WEB, 'packages/react'),
    resolve: { conditions: ['samtale-source', ...defaultClientConditions] },
    plugins: [
      catalogues(),
      {
        name: 'entry',
        resolveId: (id) => (id === 'virtual:entry' ? entry : undefined),
        load: (id) => (id === entry ? code : undefined),
      },
    ],
    build: {
      write: false,
      minify: true,
      assetsInlineLimit: 0,
      modulePreload: false,
      rolldownOptions: {
        input: 'virtual:entry',
        preserveEntrySignatures: 'strict',
        external: (id) => left.test(id),
      },
    },
  });
  const outputs = (Array.isArray(result) ? result : [result]) as Rolldown.RolldownOutput[];
  const files = outputs.flatMap(({ output }) => output);
  const text = (end: string) =>
    files
      .filter(({ fileName }) => fileName.endsWith(end))
      .map((file) => ('code' in file ? file.code : String(file.source)))
      .join('\n');
  return { js: zipped(text('.js')), css: zipped(text('.css')) };
}

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : [path];
  });
}

test('sizes', async () => {
  const react = /^react(-dom)?($|\/)/;
  const all = 'export * from';
  const client = await bundle(`${all} '@samtale/client';`, react);
  const locale = await bundle(`${all} '@samtale/locale';`, react);
  const hooks = await bundle(`${all} '@samtale/react';`, /^react($|\/|-dom)|^@samtale\/(client|locale)/);
  const ui = await bundle(`${all} '@samtale/react/ui';`, /^react($|\/|-dom)|^@samtale\/(client|locale)/);
  const wasm = files(join(WEB, 'packages/client/src/wasm')).filter((path) => path.endsWith('.wasm'));
  const engine = wasm.reduce((sum, path) => sum + zipped(readFileSync(path)), 0);
  table('By package, KiB gzipped, minified, without React', [
    ['engine (wasm)', kib(engine)],
    ['@samtale/client, JavaScript', kib(client.js)],
    ['@samtale/react, hooks', kib(hooks.js)],
    ['hooks + client (budget 25)', kib(hooks.js + client.js)],
    ['@samtale/locale, Fluent and all three catalogues', kib(locale.js)],
    ['@samtale/react/ui, JavaScript with what it stands on', kib(ui.js)],
    ['@samtale/react/ui, CSS', kib(ui.css)],
  ]);
  const dist = process.env.SAMTALE_APP ?? join(WEB, 'apps/chat/dist');
  if (!existsSync(dist)) return;
  const served = files(dist).filter((path) => /\.(html|js|css|wasm|svg)$/.test(path));
  const of = (end: RegExp) =>
    served.filter((path) => end.test(path)).reduce((sum, path) => sum + zipped(readFileSync(path)), 0);
  table('The app as it is served, lazy parts and all languages included, KiB gzipped (budget 450)', [
    ['wasm', kib(of(/\.wasm$/))],
    ['JavaScript, service worker included', kib(of(/\.js$/))],
    ['CSS', kib(of(/\.css$/))],
    ['in all', kib(of(/./))],
  ]);
});
