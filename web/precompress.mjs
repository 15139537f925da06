/**
 * Writes `file.br` and `file.gz` beside the files of a built app: `node precompress.mjs <folder>`.
 *
 * The server sends them as they are, so that each is compressed once, as small as it gets, and not
 * anew for every reader.
 */
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import zlib from 'node:zlib';

const brotli = promisify(zlib.brotliCompress);
const gzip = promisify(zlib.gzip);

/** What shrinks; pictures and fonts are compressed already. */
const KINDS = new Set([
  '.css',
  '.ftl',
  '.html',
  '.ico',
  '.js',
  '.json',
  '.map',
  '.mjs',
  '.svg',
  '.txt',
  '.wasm',
  '.webmanifest',
]);
/** Below this many bytes, a file fits into one packet anyway. */
const SMALLEST = 1024;

/** Compresses a file, where that saves a tenth or more; what an earlier build left is taken away. */
async function compress(path) {
  const plain = await readFile(path);
  const forms = {
    '.br': () =>
      brotli(plain, {
        params: {
          [zlib.constants.BROTLI_PARAM_QUALITY]: zlib.constants.BROTLI_MAX_QUALITY,
          [zlib.constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
        },
      }),
    '.gz': () => gzip(plain, { level: zlib.constants.Z_BEST_COMPRESSION }),
  };
  await Promise.all(
    Object.entries(forms).map(async ([ending, form]) => {
      const small = plain.length < SMALLEST ? plain : await form();
      if (small.length < plain.length * 0.9) {
        await writeFile(path + ending, small);
      } else {
        await rm(path + ending, { force: true });
      }
    }),
  );
}

const folder = process.argv[2];
if (!folder || !(await stat(folder)).isDirectory()) {
  throw new Error('say which folder: node precompress.mjs <folder>');
}
const entries = await readdir(folder, { recursive: true, withFileTypes: true });
const files = entries
  .filter((entry) => entry.isFile() && KINDS.has(extname(entry.name)))
  .map((entry) => join(entry.parentPath, entry.name));
await Promise.all(files.map(compress));
