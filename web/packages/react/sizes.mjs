/**
 * What a page loads for the hooks, minified and gzipped: `npm run sizes -w @samtale/react`, after the
 * packages are built. Bundled as a product would, without React and without the wasm module.
 */
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

/** What is measured: where it begins, and which packages stay out of it. */
const MEASURED = {
  'hooks (@samtale/react)': ['dist/index.js', /^@samtale\//],
  'client (@samtale/client)': ['../client/dist/index.js', /^$/],
  'sentences (@samtale/locale, bokmål, with @fluent/bundle)': ['../locale/dist/index.js', /^$/],
  'hooks and client together (the budget is 25 KB)': ['dist/index.js', /^@samtale\/locale$/],
  'all three together': ['dist/index.js', /^$/],
};

/** Bundles from an entry and returns what a page loads at once, in bytes. */
async function loaded(input, out) {
  const { output } = await build({
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
        input,
        preserveEntrySignatures: 'strict',
        external: (id) => /^(?:react(?:-dom)?(?:$|\/)|ws$|node:)/.test(id) || out.test(id),
      },
    },
  });
  const chunks = new Map(output.map((chunk) => [chunk.fileName, chunk]));
  const needed = new Set(output.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName));
  // A set takes in what is added while it is walked.
  for (const name of needed) for (const next of chunks.get(name)?.imports ?? []) needed.add(next);
  const code = [...needed].map((name) => chunks.get(name)?.code ?? '').join('\n');
  return gzipSync(code, { level: 9 }).length;
}

for (const [name, [input, out]] of Object.entries(MEASURED)) {
  const kilobytes = (await loaded(input, out)) / 1024;
  process.stdout.write(`${name}: ${kilobytes.toFixed(1)} KB\n`);
}
