/** Why something failed, for a person. */
import type { ErrorCode, LocalErrorCode } from '@samtale/client';
import type { Phrases } from '@samtale/locale';
import type { Problem } from '../types';

type Code = ErrorCode | LocalErrorCode;

/** Why a connection was given up, by the engine's names, and the code whose sentence fits. */
const FAILURES: Readonly<Record<string, Code>> = {
  retries_exhausted: 'unavailable',
  signed_out: 'signed_out',
  wrong_token: 'unauthorized',
  forbidden: 'forbidden',
  unsupported: 'unsupported_version',
};

/** Makes a problem of a code. */
export function problemOfCode(code: Code, phrases: Phrases, retryAfterMs: number | null = null): Problem {
  return Object.freeze({ code, message: phrases.errorText(code, retryAfterMs) });
}

/** Makes a problem of what a method rejected with; what isn't known has a general sentence. */
export function problemOf(error: unknown, phrases: Phrases): Problem {
  const { code, retryAfterMs } = (typeof error === 'object' && error !== null ? error : {}) as {
    code?: unknown;
    retryAfterMs?: unknown;
  };
  const wait = typeof retryAfterMs === 'number' ? retryAfterMs : null;
  return problemOfCode(typeof code === 'string' ? (code as Code) : 'unknown', phrases, wait);
}

/** Makes a problem of why the connection was given up. */
export function problemOfFailure(failure: string, phrases: Phrases): Problem {
  return problemOfCode(FAILURES[failure] ?? 'unknown', phrases);
}
