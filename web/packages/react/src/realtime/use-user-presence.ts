/** The customer's `useUserPresence`: who is there, and being there oneself. */
import type { ChatId, Status, UserId } from '@samtale/client';
import type { TimeLike } from '@samtale/locale';
import { useProvided } from '../context';
import { now } from '../store/now';
import { type Read, useTracked } from '../store/tracked';
import { derive, shallowEqual } from '../store/views';
import type { UserPresence } from '../types';
import { useSettings } from './use-settings';

/** What {@link useUserPresence} takes. */
export interface UserPresenceOptions {
  /** Whether `users` has everyone whose presence is known, or those of `chatId`. Default true without a chat. */
  globalPresence?: boolean;
  /** The chat whose people are meant without `globalPresence`. */
  chatId?: ChatId;
  /** The time without activity after which one is away, in milliseconds. Default 300 000. */
  idleTimeoutMs?: number;
  /** Whether others see which chat or page one is at. Default false. */
  enableLocationTracking?: boolean;
}

/** What {@link useUserPresence} gives. */
export interface UserPresenceResult {
  /** One's own status. */
  readonly currentStatus: Status;
  /** Whether that is `online`. */
  readonly isOnline: boolean;
  /** Those whose presence is known, offline ones with a last seen included; oneself not among them. */
  readonly users: readonly UserPresence[];
  /** Those of them who are online. */
  readonly onlineUsers: readonly UserPresence[];
  /** Sets one's own status; null lets activity decide between online and away. */
  readonly setStatus: (status: Status | null) => void;
  /** Lets activity decide again: online, and away after `idleTimeoutMs`. */
  readonly goOnline: () => void;
  readonly goAway: () => void;
  readonly goBusy: () => void;
  readonly goOffline: () => void;
  /** Says which page one is at, 64 bytes at most, in the place of the chat that is open; null takes it back. */
  readonly setLocation: (page: string | null) => void;
  /** Tells how someone is present; null where that is not known. */
  readonly getUserPresence: (userId: UserId) => UserPresence | null;
  /** Writes when someone was last seen: "Sist sett 5 min siden", kept up each minute; "Frakoblet" for null. */
  readonly formatLastSeen: (lastSeen: TimeLike) => string;
}

/** Gives who is present; renders again for those that are asked about alone. */
export function useUserPresence(options: UserPresenceOptions = {}): UserPresenceResult {
  const { client, model, phrases } = useProvided('useUserPresence');
  const { chatId, globalPresence = chatId === undefined } = options;
  useSettings(client, {
    idleTimeoutMs: options.idleTimeoutMs,
    shareLocation: options.enableLocationTracking,
  });
  return useTracked(() => {
    const everyone = globalPresence || chatId === undefined ? model.presences : model.presencesIn(chatId);
    const users = derive(
      [everyone],
      (all) => Object.freeze(all.filter(({ id }) => id !== client.userId)),
      shallowEqual,
    );
    return {
      views: {
        currentStatus: client.myStatus,
        isOnline: derive([client.myStatus], (status) => status === 'online'),
        users,
        onlineUsers: derive(
          [users],
          (all) => Object.freeze(all.filter(({ status }) => status === 'online')),
          shallowEqual,
        ),
      },
      methods: {
        setStatus: (status: Status | null) => client.setStatus(status),
        goOnline: () => client.setStatus(null),
        goAway: () => client.setStatus('away'),
        goBusy: () => client.setStatus('busy'),
        goOffline: () => client.setStatus('offline'),
        setLocation: (page: string | null) => client.setLocation(page),
      },
      tellers: {
        getUserPresence: (read: Read) => (userId: UserId) => read(userId, model.presence(userId)),
        formatLastSeen: (read: Read) => (lastSeen: TimeLike) => {
          const present = read('now', now);
          return present === null ? '' : phrases.lastSeen(lastSeen, present);
        },
      },
    };
  }, [client, model, phrases, chatId, globalPresence]);
}
