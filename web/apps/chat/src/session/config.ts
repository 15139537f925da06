/**
 * What the server tells the app of itself, in `/config.json`. The last answer is remembered, so that
 * the app knows where it is when it opens offline.
 */
import type { Settings } from '@samtale/client';
import { isRecord, recall, remember } from '../state/storage';

/** What the server tells. */
export interface ServerConfig {
  /** Whether there are demo users who need no password. */
  readonly dev: boolean;
  /** The host product's page to sign in at. */
  readonly signInUrl: string | null;
  /** Where a new token is fetched from, with the host product's cookies; on this origin. */
  readonly tokenUrl: string | null;
  /** Settings of the client that the operator has chosen. */
  readonly settings: Settings;
}

const KEY = 'samtale:config';

/** What is assumed of a server that says nothing. */
export const UNKNOWN: ServerConfig = { dev: false, signInUrl: null, tokenUrl: null, settings: {} };

/** Returns the server's last answer. */
export function lastConfig(): ServerConfig | null {
  const stored = recall(KEY);
  return stored === null ? null : parseConfig(stored);
}

/** Asks the server. Rejects where it can't be reached. */
export async function fetchConfig(signal?: AbortSignal): Promise<ServerConfig> {
  const response = await fetch('/config.json', { cache: 'no-store', signal: signal ?? null });
  const json = response.headers.get('content-type')?.includes('json') ?? false;
  if (response.status === 404 || (response.ok && !json)) return UNKNOWN;
  if (!response.ok) throw new Error(`config.json: ${response.status}`);
  const config = parseConfig(await response.json());
  remember(KEY, config);
  return config;
}

/** Reads an answer; what is missing or odd is left out. */
export function parseConfig(value: unknown): ServerConfig {
  if (!isRecord(value)) return UNKNOWN;
  return {
    dev: value.dev === true,
    signInUrl: webAddress(value.signInUrl),
    tokenUrl: ownAddress(value.tokenUrl),
    settings: isRecord(value.settings) ? numbersAndFlags(value.settings) : {},
  };
}

function webAddress(value: unknown): string | null {
  if (typeof value !== 'string' || value === '') return null;
  try {
    const url = new URL(value, location.origin);
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null;
  } catch {
    return null;
  }
}

/** A token is asked for with cookies, and only here. */
function ownAddress(value: unknown): string | null {
  const address = webAddress(value);
  return address !== null && new URL(address).origin === location.origin ? address : null;
}

function numbersAndFlags(settings: Record<string, unknown>): Settings {
  const plain = Object.entries(settings).filter(([, value]) => ['number', 'boolean'].includes(typeof value));
  return Object.fromEntries(plain);
}
