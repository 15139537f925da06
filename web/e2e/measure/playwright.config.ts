/** Prints times and sizes; nothing here passes or fails by a number. One at a time, without traces. */
import { defineConfig } from '@playwright/test';
import { chromium } from '../tests/support/chromium';

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../results/measure',
  workers: 1,
  retries: 0,
  timeout: 300_000,
  reporter: [['list']],
  use: {
    launchOptions: chromium,
    locale: 'nb-NO',
    timezoneId: 'Europe/Oslo',
    viewport: { width: 1280, height: 800 },
  },
});
