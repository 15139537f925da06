/**
 * The code samples of the customer's document, each made into a module that can be compiled and run:
 * the sample byte for byte, with imports before it for the names it takes for granted.
 */

/** A sample. */
export interface Sample {
  /** From 1, in the document's order. */
  readonly number: number;
  /** Its bytes, without the fence. */
  readonly code: string;
}

/** Takes the TypeScript samples out of a document. */
export function samplesOf(markdown: string): readonly Sample[] {
  const blocks = markdown.matchAll(/^```typescript\n([\s\S]*?)^```$/gm);
  return [...blocks].map(([, code = ''], index) => ({ number: index + 1, code }));
}

/** Names that come from the hooks' barrel, and names that a sample finds in its surroundings. */
const HOOKS = /\b(?:use[A-Z]\w+|MessageQueue)(?=\()/g;
const SURROUNDINGS = ['chatId', 'messageData', 'user', 'getStatusColor', 'MessageBubble', 'MessageComposer'];

/** Makes a module of a sample. */
export function moduleOf({ code }: Sample): string {
  const whole = /^import /m.test(code);
  const free = SURROUNDINGS.filter((name) => new RegExp(`\\b${name}\\b(?!: string)`).test(code));
  const missing = free.filter((name) => !(whole && name === 'chatId'));
  const hooks = whole ? [] : [...new Set([...code.matchAll(HOOKS)].map(([name]) => name))];
  const prelude = [
    hooks.length > 0 ? `import { ${hooks.join(', ')} } from '@/hooks';\n` : '',
    missing.length > 0 ? `import { ${missing.join(', ')} } from '../surroundings';\n` : '',
  ].join('');
  if (whole) {
    const made = [...code.matchAll(/^function (\w+)/gm)].map(([, name]) => name);
    return `${prelude}${code}\nexport { ${made.join(', ')} };\n`;
  }
  return `${prelude}export function useSample() {\n${code}\n  return { ${namesOf(code).join(', ')} };\n}\n`;
}

/** Returns the names that a sample declares at its top. */
function namesOf(code: string): readonly string[] {
  return [...code.matchAll(/^const (?:\{([^}]*)\}|(\w+))/gm)].flatMap(([, several, one]) =>
    several === undefined ? [one ?? ''] : several.split(',').map((name) => name.trim()),
  );
}
