/** Presence as it is shown. */
import type { Presence, UserId } from '@samtale/client';
import type { UserPresence } from '../types';
import type { Directory } from './people';

/** Makes a presence of the engine's. */
export function toPresence(id: UserId, presence: Presence, directory: Directory): UserPresence {
  return Object.freeze<UserPresence>({
    id,
    name: directory.name(id),
    status: presence.status,
    lastSeen: presence.lastSeen === undefined ? null : new Date(presence.lastSeen),
    device: presence.device ?? null,
    location: presence.at ?? null,
  });
}
