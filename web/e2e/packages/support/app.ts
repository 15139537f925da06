/** An app of a stranger's: a template in a folder of its own, with the tarballs installed. */
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { run } from './run';

export interface App {
  readonly folder: string;
  remove(): Promise<void>;
}

interface Manifest {
  dependencies: Record<string, string>;
  overrides?: Record<string, string>;
}

/** Lays out a template and installs it. Only the packages that it names itself are asked for. */
export async function install(template: 'vite' | 'next' | 'node'): Promise<App> {
  const tarballs = process.env.SAMTALE_TARBALLS ?? '';
  const folder = await mkdtemp(join(tmpdir(), `samtale-${template}-`));
  await cp(resolve(import.meta.dirname, '..', template), folder, { recursive: true });
  const path = join(folder, 'package.json');
  const manifest = JSON.parse(await readFile(path, 'utf8')) as Manifest;
  const packed = Object.fromEntries(
    (await readdir(tarballs)).map((file) => [
      file.replace(/^samtale-(\w+)-.*/, '@samtale/$1'),
      `file:${join(tarballs, file)}`,
    ]),
  );
  for (const name of Object.keys(manifest.dependencies)) {
    const file = packed[name];
    if (file) manifest.dependencies[name] = file;
  }
  // What one of them asks of another comes from here too, not from a registry.
  manifest.overrides = Object.fromEntries(
    Object.entries(packed).map(([name, file]) => [name, manifest.dependencies[name] ? `$${name}` : file]),
  );
  await writeFile(path, JSON.stringify(manifest, null, 2));
  await run(folder, 'npm', 'install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel', 'error');
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
