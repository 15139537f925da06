/** Tests of the client run in Node; a file that needs a page says so itself. */
import { defaultClientConditions } from 'vite';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['samtale-source', ...defaultClientConditions] },
  test: { name: 'client', environment: 'node', include: ['src/**/*.test.ts'], testTimeout: 30_000 },
});
