/** The browser of the tests: Debian's Chromium, or what $CHROMIUM names. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** How Chromium is started: nothing in it that talks to anyone but the page's own server. */
export const chromium = {
  executablePath: executable(),
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};

function executable(): string {
  const named = process.env.CHROMIUM;
  if (named) return named;
  const folders = ['/usr/bin', ...(process.env.PATH ?? '').split(delimiter)];
  for (const folder of folders) {
    for (const name of NAMES) {
      const path = join(folder, name);
      if (runs(path)) return path;
    }
  }
  throw new Error(
    'There is no Chromium here: install it (apt-get install chromium) or name it in $CHROMIUM.',
  );
}

function runs(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
