/**
 * The code of README.md and docs/nextjs.md compiles as it stands there. `vitest -u` makes the modules in
 * `docs/generated` anew.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const samples = ['README.md', 'docs/nextjs.md'].flatMap((path) => {
  const text = readFileSync(here(`../${path}`), 'utf8');
  const name = path.replace(/^docs\/|\.md$/g, '').toLowerCase();
  return [...text.matchAll(/^```tsx?\n([\s\S]*?)^```$/gm)].map(([, code = ''], index) => ({
    file: `${name}-${index + 1}.tsx`,
    code,
  }));
});

test.each(samples)('$file is what the page says', async ({ file, code }) => {
  await expect(code).toMatchFileSnapshot(`./docs/generated/${file}`);
});

test('the code of the pages compiles', { timeout: 120_000 }, async () => {
  expect(samples).toHaveLength(5);
  const tsc = here('../../../node_modules/typescript/bin/tsc');
  const run = promisify(execFile)(process.execPath, [tsc, '--noEmit', '-p', here('./docs/tsconfig.json')]);
  const { stdout } = await run.catch((failed: { stdout: string }) => failed);
  expect(stdout).toBe('');
});
