/**
 * What a page loads for the hooks, minified and gzipped: `npm run sizes -w @samtale/react`, after the
 * packages are built. Bundled as a product would, without React and without the wasm module.
 */
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const PARTS = {
  '@samtale/react (hooks)': (id) => id.includes('/packages/react/'),
  '@samtale/client': (id) => id.includes('/packages/client/'),
  '@samtale/locale (bokmål)': (id) => id.includes('/packages/locale/'),
  '@fluent/bundle': (id) => id.includes('/@fluent/bundle/'),
};
const BUDGET = 25 * 1024;

/** Bundles the hooks; what `isOut` says stays an import. */
async function bundle(isOut) {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    root: import.meta.dirname,
    build: {
      write: false,
      target: 'es2022',
      minify: true,
      assetsInlineLimit: 0,
      modulePreload: false,
      rolldownOptions: {
        input: 'dist/index.js',
        preserveEntrySignatures: 'strict',
        external: (id) => /^(?:react(?:-dom)?(?:$|\/)|ws$|node:)/.test(id) || isOut(id),
      },
    },
  });
  const entry = result.output.find((chunk) => chunk.type === 'chunk' && chunk.isEntry);
  const chunks = new Map(result.output.map((chunk) => [chunk.fileName, chunk]));
  const needed = new Set([entry.fileName]);
  for (const name of needed) for (const next of chunks.get(name)?.imports ?? []) needed.add(next);
  const code = [...needed].map((name) => chunks.get(name)?.code ?? '').join('\n');
  return gzipSync(code, { level: 9 }).length;
}

const all = await bundle(() => false);
const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;
for (const [name, isPart] of Object.entries(PARTS)) {
  const without = await bundle((id) => isPart(id) && !id.endsWith('/dist/index.js')).catch(() => null);
  if (without !== null) process.stdout.write(`${name}: about ${kilobytes(all - without)}\n`);
}
process.stdout.write(`together: ${kilobytes(all)} of ${kilobytes(BUDGET)}\n`);
