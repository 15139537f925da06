/** Which refusals happen before a message stands in the conversation, where it would show them itself. */

const NEVER_SHOWN: readonly unknown[] = [
  'queue_full',
  'engine_failed',
  'signed_out',
  'unknown_chat',
  'content_empty',
  'content_too_long',
  'content_invalid',
];

/** Returns whether the words were not taken at all, so that only the composer still has them. */
export function isNeverShown(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && NEVER_SHOWN.includes(error.code);
}
