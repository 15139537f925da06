/** The one error that commands reject with: a stable code, and no words of anyone. */
import type { ClientErrorShape } from './api';

type Code = ClientErrorShape['code'];

/** Says why something a person asked for did not happen. */
export class ClientError extends Error implements ClientErrorShape {
  override readonly name = 'ClientError';
  readonly code: Code;
  readonly retryAfterMs: number | null;

  constructor(code: Code, options: { retryAfterMs?: number | null; cause?: unknown } = {}) {
    super(`samtale: ${code}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

/** Makes an {@link Error} of whatever was thrown. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** Makes a {@link ClientError} of whatever a command threw; the engine's errors carry a `code`. */
export function toClientError(thrown: unknown): ClientError {
  if (thrown instanceof ClientError) return thrown;
  const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : null;
  return new ClientError(typeof code === 'string' ? (code as Code) : 'engine_failed', { cause: thrown });
}
