/** Builds the libraries and packs them, once for all tries. */
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { run } from './run';

const WEB = resolve(import.meta.dirname, '../../..');
const NAMES = ['locale', 'client', 'react'] as const;

export default async function pack(): Promise<() => Promise<void>> {
  const folder = join(tmpdir(), `samtale-packages-${process.pid}`);
  await mkdir(folder, { recursive: true });
  for (const name of NAMES) {
    await run(WEB, 'npm', 'run', 'build', '--workspace', `@samtale/${name}`);
    await run(WEB, 'npm', 'pack', '--workspace', `@samtale/${name}`, '--pack-destination', folder);
  }
  process.env.SAMTALE_TARBALLS = folder;
  return () => rm(folder, { recursive: true, force: true });
}
