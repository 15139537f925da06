/** The library build: two entries, the wasm module beside them as a file of its own. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { minifySync } from 'rolldown/utils';
import { defineConfig, type Plugin } from 'vite';

const WASM = "new URL('./wasm/samtale.wasm', import.meta.url)";
const HOLD = '__SAMTALE_WASM__';

/**
 * Leaves the one literal address of the wasm module to the bundler of whoever uses the package (Vite
 * would inline the file here), and lays the file where it points.
 */
function keepWasm(): Plugin {
  return {
    name: 'samtale-wasm',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith('/src/load.ts')) return undefined;
      if (code.split(WASM).length !== 2) throw new Error('load.ts must name the wasm module once');
      return { code: code.replace(WASM, HOLD), map: null };
    },
    renderChunk: (code) => (code.includes(HOLD) ? { code: code.replace(HOLD, WASM), map: null } : null),
    closeBundle() {
      mkdirSync('dist/wasm', { recursive: true });
      for (const file of ['samtale.wasm', 'samtale.d.ts'])
        copyFileSync(`src/wasm/${file}`, `dist/wasm/${file}`);
      for (const file of readdirSync('dist').filter((name) => name.endsWith('.js'))) {
        // As whoever bundles it will ship it.
        const { code } = minifySync(file, readFileSync(`dist/${file}`, 'utf8'), { module: true });
        const kilobytes = gzipSync(code, { level: 9 }).length / 1024;
        process.stdout.write(`dist/${file}: ${kilobytes.toFixed(1)} KB minified and gzipped\n`);
      }
    },
  };
}

export default defineConfig({
  plugins: [keepWasm()],
  build: {
    target: 'es2022',
    minify: false,
    sourcemap: true,
    lib: { entry: { index: 'src/index.ts', testing: 'src/testing.ts' }, formats: ['es'] },
    rolldownOptions: {
      external: ['ws', /^node:/],
      output: { entryFileNames: '[name].js', chunkFileNames: '[name].js' },
    },
  },
});
