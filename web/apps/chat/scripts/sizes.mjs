/** Prints what the built app weighs, gzipped, file by file, against its budget; `--check` fails above it. */
import { readdir, readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

const BUDGET = { app: 450 * 1024, wasm: 200 * 1024 };
const dist = new URL('../dist/', import.meta.url);
const names = (await readdir(dist, { recursive: true })).filter((name) =>
  /\.(html|js|css|wasm|json|svg|webmanifest)$/.test(name),
);
const files = await Promise.all(
  names.map(async (name) => ({
    name,
    size: gzipSync(await readFile(new URL(name, dist)), { level: 9 }).length,
  })),
);
const total = (some) => some.reduce((sum, { size }) => sum + size, 0);
const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`.padStart(12);

// The emoji picker's data is fetched when the picker opens, and is data, not app.
const data = files.filter(({ name }) => name.startsWith('emoji'));
const app = files.filter((file) => !data.includes(file));
const wasm = app.filter(({ name }) => name.endsWith('.wasm'));
for (const { name, size } of app.sort((a, b) => b.size - a.size))
  process.stdout.write(`${kib(size)}  ${name}\n`);
process.stdout.write(`${kib(total(wasm))}  wasm, of ${kib(BUDGET.wasm).trim()}\n`);
process.stdout.write(`${kib(total(app))}  the app in all, of ${kib(BUDGET.app).trim()}\n`);
process.stdout.write(`${kib(total(data))}  emoji data beside it\n`);
const over = total(app) > BUDGET.app || total(wasm) > BUDGET.wasm;
if (over) process.stdout.write('Over the budget.\n');
if (over && process.argv.includes('--check')) process.exitCode = 1;
