/**
 * Tries the server with the clients that others wrote for others' servers, unchanged: Supabase's and
 * Phoenix's, from npm. Nothing here opens a browser; each worker has a server of its own.
 */
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../results/clients',
  workers: 2,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
});
