/**
 * Tries the packed libraries as a stranger would install them: in a Vite app, a Next app and plain
 * Node. One at a time, since each builds something.
 */
import { defineConfig } from '@playwright/test';
import { chromium } from '../tests/support/chromium';

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  globalSetup: './support/pack.ts',
  outputDir: '../results/packages',
  workers: 1,
  retries: 0,
  timeout: 300_000,
  expect: { timeout: 40_000 },
  reporter: [['list']],
  use: { launchOptions: chromium, locale: 'nb-NO', timezoneId: 'Europe/Oslo', trace: 'retain-on-failure' },
});
