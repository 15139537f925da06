/**
 * What others get to see of oneself, as it is stored: in a private row, so that it holds on all of a
 * person's devices, and on this device, so that it holds from the first moment of the next start.
 * Without React: an app reads it before there is any.
 */
import type { Settings, UserId } from '@samtale/client';

/** What others get to see. */
export interface Privacy {
  /** Whether one is available, and when one was last here. Default true. */
  readonly presence: boolean;
  /** That one is writing. Default true. */
  readonly typing: boolean;
  /** Which chat one has open. Default false. */
  readonly location: boolean;
}

/** The private row. */
export const ROW = 'setting:privacy';
/** What holds until something is chosen. */
export const DEFAULTS: Privacy = Object.freeze({ presence: true, typing: true, location: false });

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

/** Remembers for the next start on this device. */
export function remember(userId: UserId, privacy: Privacy): void {
  try {
    localStorage.setItem(placeOf(userId), JSON.stringify(privacy));
  } catch {
    // Without it the private row tells, a moment later.
  }
}

function placeOf(userId: UserId): string {
  return `samtale:privacy:${userId}`;
}

/** Returns the client's settings. */
export function settingsOf({ presence, typing, location }: Privacy): Settings {
  return { sharePresence: presence, shareTyping: typing, shareLocation: location };
}

/** Reads a private row's value; null where it is none of ours. */
export function readPrivacy(value: unknown): Privacy | null {
  if (typeof value !== 'object' || value === null) return null;
  const { presence, typing, location } = value as Record<string, unknown>;
  return {
    presence: typeof presence === 'boolean' ? presence : DEFAULTS.presence,
    typing: typeof typing === 'boolean' ? typing : DEFAULTS.typing,
    location: typeof location === 'boolean' ? location : DEFAULTS.location,
  };
}
