/**
 * Finishes the declarations of a package: `node ../../declarations.mjs dist`.
 *
 * Sources name each other without endings, as bundlers like it; TypeScript's `node16` and `nodenext`
 * want them written out in what is published.
 */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A relative module in `from '…'`, `import '…'` or `import('…')`. */
const RELATIVE = /((?:\bfrom|\bimport)\s*\(?\s*)(['"])(\.{1,2}(?:\/[^'"]*)?)\2/g;

for (const path of declarations(process.argv[2] ?? 'dist')) {
  const text = readFileSync(path, 'utf8');
  const finished = text.replace(RELATIVE, (_, before, quote, module) => {
    return `${before}${quote}${withEnding(dirname(path), module)}${quote}`;
  });
  if (finished !== text) writeFileSync(path, finished);
}

function declarations(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return declarations(path);
    return name.endsWith('.d.ts') ? [path] : [];
  });
}

function withEnding(folder, module) {
  // A module of the build's own, such as `….ftl?raw`, is nobody's outside.
  if (/\.(m?js|json|css)$|\?/.test(module)) return module;
  const bare = module.replace(/\.ts$/, '');
  if (existsSync(join(folder, `${bare}.d.ts`))) return `${bare}.js`;
  if (existsSync(join(folder, bare, 'index.d.ts'))) return `${bare}/index.js`;
  throw new Error(`${folder}: ${module} leads nowhere`);
}
