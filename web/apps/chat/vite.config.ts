/**
 * Builds the chat app from the packages' sources, as hashed files with a service worker over them; serves
 * it in development with the API of a Samtale server behind it (`SAMTALE_URL`, default http://127.0.0.1:4000).
 */
import react from '@vitejs/plugin-react';
import { defaultClientConditions, type ProxyOptions } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { defineConfig } from 'vitest/config';
import { catalogues } from '../../packages/locale/catalogue-plugin.ts';
import { loadEarly } from './build/early.ts';
import { emojiData } from './build/emoji.ts';
import { manifest } from './build/manifest.ts';

const server = process.env.SAMTALE_URL ?? 'http://127.0.0.1:4000';
// The server takes requests from its own origin alone.
const behind: ProxyOptions = { target: server, changeOrigin: true, headers: { origin: server }, ws: true };

export default defineConfig({
  resolve: { conditions: ['samtale-source', ...defaultClientConditions] },
  plugins: [
    react(),
    catalogues(),
    emojiData(),
    loadEarly(['app', 'samtale']),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src',
      filename: 'sw.ts',
      injectRegister: false,
      manifest,
      injectManifest: {
        globPatterns: ['**/*.{html,js,css,wasm,svg,png,webmanifest}'],
        // Asked for when the picker opens, and kept by the service worker from then on.
        globIgnores: ['emoji/**'],
        maximumFileSizeToCacheInBytes: 4 * 1024 * 1024,
      },
    }),
  ],
  server: {
    proxy: {
      '^/api/': behind,
      '^/dev/': behind,
      '^/realtime/': behind,
      '^/config.json$': behind,
      '^/about$': behind,
    },
  },
  build: {
    target: 'es2022',
    // Fonts, pictures and the wasm are files: the Content-Security-Policy knows no data: scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler)\//, priority: 3 },
            {
              name: 'engine',
              test: /packages\/(client|locale)\/src|(?:src|settings)\/privacy\.ts|node_modules\/@fluent\//,
              priority: 2,
              minShareCount: 2,
            },
            // What several screens use travels in one piece, not in thirty.
            { name: 'shared', test: /node_modules|packages\/react\/src/, priority: 1, minShareCount: 2 },
          ],
        },
      },
    },
  },
  test: {
    name: 'chat',
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
  },
});
