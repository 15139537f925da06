/** Joins class names. */

/** Joins the class names that are there; `st-root`, which brings the tokens' defaults, is one like any. */
export function classes(...names: (string | false | null | undefined)[]): string {
  return names.filter(Boolean).join(' ');
}
