/** The snapshots of nothing: what a server renders, and what shows before the engine is there. */
import type { ChatList, Receipts, Startup, Timeline } from './api';
import type { ChatItem, Connection, Entry, Metrics, OutboxView } from './engine';
import { freeze } from './share';
import type { ChatId, Presence, UserId } from './wire';

export const IDLE: Startup = freeze({ state: 'idle', error: null });
export const LOADING: Startup = freeze({ state: 'loading', error: null });
export const READY: Startup = freeze({ state: 'ready', error: null });

export const NO_CONNECTION: Connection = freeze({
  state: 'idle',
  network: 'online',
  attempt: 0,
  retryAt: null,
  latencyMs: null,
  failure: null,
});
export const FAILED_CONNECTION: Connection = freeze({ ...NO_CONNECTION, state: 'failed' });

export const NO_CHATS: ChatList = freeze({ items: [], loading: true, hasMore: false });
export const NO_ENTRIES: readonly Entry[] = Object.freeze([]);
export const NO_TIMELINE: Timeline = freeze({
  entries: NO_ENTRIES,
  hasOlder: false,
  loadingOlder: false,
  loading: true,
});
export const NO_RECEIPTS: Receipts = freeze({ listed: [], summary: null });
export const NOBODY: readonly UserId[] = Object.freeze([]);
export const NO_PRESENCES: ReadonlyMap<UserId, Presence> = new Map();
export const NO_OUTBOX: OutboxView = freeze({ items: [], bytes: 0, maxItems: 0, maxBytes: 0 });

export const NO_METRICS: Metrics = freeze({
  connection: {
    attempts: 0,
    successes: 0,
    losses: 0,
    fallbacks: 0,
    heartbeats: 0,
    latencySumMs: 0,
    latencyMaxMs: 0,
    replies: 0,
    replySumMs: 0,
    networkMs: {},
    gaps: 0,
    resets: 0,
  },
  messages: {
    queued: 0,
    acknowledged: 0,
    failed: 0,
    cancelled: 0,
    retries: 0,
    causes: {},
    delivered: 0,
    requests: 0,
    waitSumMs: 0,
    received: 0,
  },
  behaviour: { typingSpells: 0, statusChanges: 0, chatsOpened: 0, commands: {} },
});

/** What stands in the place of a chat whose id is none: there is nothing to wait for. */
export function noChat(id: ChatId): ChatItem {
  return freeze({
    id,
    chat: null,
    role: null,
    participants: [],
    members: 0,
    last: null,
    unread: 0,
    draft: null,
    muted: null,
    activeAt: 0,
    live: false,
    loading: false,
    making: false,
    error: 'not_found',
  });
}
