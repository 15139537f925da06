/** Builds the library, and runs its tests from the sources. */
import { defineConfig } from 'vitest/config';
import { catalogues } from './catalogue-plugin.ts';

export default defineConfig({
  plugins: [catalogues()],
  build: {
    lib: { entry: 'src/index.ts', formats: ['es'] },
    target: 'es2022',
    minify: false,
    rollupOptions: {
      external: [/^@fluent\//],
      output: { entryFileNames: '[name].js', chunkFileNames: '[name].js' },
    },
  },
  test: { name: 'locale', include: ['tests/**/*.test.ts'] },
});
