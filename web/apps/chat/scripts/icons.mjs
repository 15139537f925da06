/** Renders the PNG icons from the app's mark in a browser; run it when the mark changes (`npm run icons`). */
import { readFile } from 'node:fs/promises';
import { chromium } from 'playwright-core';

const folder = new URL('../public/', import.meta.url);
const mark = await readFile(new URL('favicon.svg', folder), 'utf8');
// A maskable icon may be cut to a circle of 80 %; an iOS one has its corners rounded by the system.
const bleed = (scale) => mark.replace('rx="116"', '').replace('scale(1.16)', `scale(${scale})`);

const icons = [
  ['icon-192.png', 192, mark],
  ['icon-512.png', 512, mark],
  ['icon-maskable-512.png', 512, bleed(0.94)],
  ['apple-touch-icon.png', 180, bleed(1.08)],
];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
for (const [name, size, svg] of icons) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(
    `<body style="margin:0">${svg.replace('<svg ', `<svg width="${size}" height="${size}" `)}`,
  );
  await page.screenshot({ path: new URL(name, folder).pathname, omitBackground: true });
  await page.close();
}
await browser.close();
