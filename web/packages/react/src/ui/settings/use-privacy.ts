/**
 * Who sees me: kept in a private row, so that it holds on all of a person's devices, and remembered
 * here, so that it holds from the first moment of the next start.
 */
import type { Settings, UserId } from '@samtale/client';
import { useCallback, useEffect, useMemo } from 'react';
import { useSamtaleClient, useView } from '../../hooks';

/** What others get to see. */
export interface Privacy {
  /** Whether one is available, and when one was last here. Default true. */
  readonly presence: boolean;
  /** That one is writing. Default true. */
  readonly typing: boolean;
  /** Which chat one has open. Default false. */
  readonly location: boolean;
}

const ROW = 'setting:privacy';
const DEFAULTS: Privacy = Object.freeze({ presence: true, typing: true, location: false });

/**
 * Gives what others see, and the function that changes it. While mounted it keeps the client's
 * settings to it, also when it was changed on another device: mount it once near the root.
 */
export function usePrivacy(): readonly [privacy: Privacy, change: (change: Partial<Privacy>) => void] {
  const client = useSamtaleClient();
  const row = useView(client.privateRow(ROW));
  const stored = useMemo(() => readPrivacy(row), [row]);
  const privacy = stored ?? DEFAULTS;
  useEffect(() => {
    if (stored === null) return;
    client.configure(settingsOf(stored));
    remember(client.userId, stored);
  }, [client, stored]);
  const change = useCallback(
    (part: Partial<Privacy>) => {
      const next = { ...(readPrivacy(client.privateRow(ROW).getSnapshot()) ?? DEFAULTS), ...part };
      client.configure(settingsOf(next));
      client.setPrivate(ROW, next);
    },
    [client],
  );
  return [privacy, change];
}

/** Returns the settings to make a client with: what this user chose on this device before; else none. */
export function rememberedPrivacy(userId: UserId): Settings {
  try {
    const privacy = readPrivacy(JSON.parse(localStorage.getItem(placeOf(userId)) ?? 'null'));
    return privacy === null ? {} : settingsOf(privacy);
  } catch {
    return {};
  }
}

/** Forgets what {@link rememberedPrivacy} knows of a user on this device. */
export function forgetPrivacy(userId: UserId): void {
  try {
    localStorage.removeItem(placeOf(userId));
  } catch {
    // Where nothing can be stored, nothing is.
  }
}

function remember(userId: UserId, privacy: Privacy): void {
  try {
    localStorage.setItem(placeOf(userId), JSON.stringify(privacy));
  } catch {
    // Without it the private row tells, a moment later.
  }
}

function placeOf(userId: UserId): string {
  return `samtale:privacy:${userId}`;
}

function settingsOf({ presence, typing, location }: Privacy): Settings {
  return { sharePresence: presence, shareTyping: typing, shareLocation: location };
}

/** Reads a private row's value; null where it is none of ours. */
function readPrivacy(value: unknown): Privacy | null {
  if (typeof value !== 'object' || value === null) return null;
  const { presence, typing, location } = value as Record<string, unknown>;
  return {
    presence: typeof presence === 'boolean' ? presence : DEFAULTS.presence,
    typing: typeof typing === 'boolean' ? typing : DEFAULTS.typing,
    location: typeof location === 'boolean' ? location : DEFAULTS.location,
  };
}
