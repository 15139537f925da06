/**
 * How the browser tests run: a real Chromium that is on the machine, one server for each test, two
 * tests at a time. Traces and pictures of failures lie in `results/`.
 */
import { defineConfig } from '@playwright/test';
import { chromium } from './tests/support/chromium';

export default defineConfig({
  testDir: 'tests',
  outputDir: 'results/tests',
  workers: 2,
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: {
    launchOptions: chromium,
    locale: 'nb-NO',
    timezoneId: 'Europe/Oslo',
    viewport: { width: 1280, height: 800 },
    actionTimeout: 20_000,
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
});
