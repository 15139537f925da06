/**
 * Finds the links in a message's words. Only `http`, `https` and `mailto` ever become links, and what is
 * shown is what was written: nothing is hidden behind other words.
 */

/** A stretch of a message: words, or words that lead somewhere. */
export interface TextPart {
  readonly text: string;
  /** Where it leads; null for plain words. */
  readonly href: string | null;
}

/** Addresses, then bare mail addresses. What can't be a link is told apart afterwards. */
const CANDIDATE =
  /\b(?:https?:\/\/|mailto:)[^\s<>"'`]+|(?<![\w.+@/-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/giu;
/** Punctuation that ends a sentence rather than an address. */
const TRAILING = /[.,:;!?'"*_~…»”’]$/u;
const PAIRS: Record<string, string> = { ')': '(', ']': '[', '}': '{' };

/** Returns the parts of `text`, in order; joined, their `text` is `text`. */
export function splitLinks(text: string): readonly TextPart[] {
  if (!text.includes('://') && !text.includes('@') && !/mailto:/i.test(text)) return [{ text, href: null }];
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(CANDIDATE)) {
    const shown = trimEnd(match[0]);
    const href = hrefOf(shown);
    if (href === null) continue;
    if (match.index > end) parts.push({ text: text.slice(end, match.index), href: null });
    parts.push({ text: shown, href });
    end = match.index + shown.length;
  }
  if (end < text.length || parts.length === 0) parts.push({ text: text.slice(end), href: null });
  return parts;
}

/** Takes off what belongs to the sentence around an address: full stops, and brackets opened before it. */
function trimEnd(candidate: string): string {
  let shown = candidate;
  for (;;) {
    const last = shown.at(-1) ?? '';
    const opening = PAIRS[last];
    const unbalanced = opening !== undefined && shown.split(opening).length < shown.split(last).length;
    if (!unbalanced && !TRAILING.test(shown)) return shown;
    shown = shown.slice(0, -1);
  }
}

/** Where a candidate leads; null where it is no address, or one that could deceive. */
function hrefOf(shown: string): string | null {
  const address = /^(?:https?:\/\/|mailto:)/i.test(shown) ? shown : `mailto:${shown}`;
  try {
    const url = new URL(address);
    if (url.protocol === 'mailto:') return url.pathname.includes('@') ? url.href : null;
    // `https://bank.no@evil.example` shows another host than it leads to.
    if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
    return url.username === '' && url.password === '' && url.hostname !== '' ? url.href : null;
  } catch {
    return null;
  }
}
