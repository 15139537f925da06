/** Builds the library (hooks, components, developer tools), and runs its tests from the sources. */
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defaultClientConditions } from 'vite';
import { defineConfig } from 'vitest/config';
import { catalogues } from '../locale/catalogue-plugin.ts';

/** What stays an import: everything that is not ours, and our other packages. */
const EXTERNAL = /^(?![./]|\0|[A-Za-z]:)/;

export default defineConfig({
  plugins: [react(), catalogues()],
  resolve: {
    conditions: ['samtale-source', ...defaultClientConditions],
    // As in the customer's project; only tests have it.
    alias: { '@/hooks': fileURLToPath(new URL('tests/samples/hooks.ts', import.meta.url)) },
  },
  build: {
    lib: {
      entry: {
        index: 'src/index.ts',
        ui: 'src/ui.ts',
        devtools: 'src/devtools.ts',
        privacy: 'src/privacy.ts',
      },
      formats: ['es'],
      cssFileName: 'styles',
    },
    target: 'es2022',
    minify: false,
    cssCodeSplit: false,
    rollupOptions: {
      external: (id) => EXTERNAL.test(id),
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js' },
    },
  },
  test: {
    name: 'react',
    // The first test of a file may wait for many modules on a busy machine.
    testTimeout: 30_000,
    environment: 'happy-dom',
    setupFiles: ['tests/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}', 'tests/**/*.test.{ts,tsx}'],
    css: { modules: { classNameStrategy: 'non-scoped' } },
  },
});
