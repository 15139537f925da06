/** The customer's `useRealtimeMessages`: a chat's messages, and what a person does with them. */
import type { ChatId, Emoji, MessageId, OpId, SendOptions, Sent } from '@samtale/client';
import { useEffect } from 'react';
import { messageActions } from '../chats/use-message-actions';
import { hitsOf, type MessageHit } from '../chats/use-message-search';
import { useProvided } from '../context';
import type { Model } from '../model/model';
import { problemOfCode } from '../model/problem';
import { quiet } from '../store/quiet';
import { useTracked } from '../store/tracked';
import { cell, constant, derive } from '../store/views';
import type { Message, Problem } from '../types';
import { useMarkRead } from './mark-read';
import { type MessageAnalytics, messageAnalytics } from './metrics';
import { searchOnce } from './search-once';

/** What {@link useRealtimeMessages} takes. */
export interface RealtimeMessagesOptions {
  chatId: ChatId;
  /**
   * Whether a message shows before the server has it. Without it `messages` has acknowledged ones
   * only, and `sendMessage` waits for the server's answer, however long. Default true.
   */
  enableOptimisticUpdates?: boolean;
  /** Whether `analytics` is kept up. Default false. */
  enableAnalytics?: boolean;
  /** Whether messages count as read by being shown here, while the page is seen. Default false: `markAsRead` says so. */
  autoMarkAsRead?: boolean;
  /** How many messages `loadMore` brings, 1 to 200. Default 50. */
  pageSize?: number;
}

/** What {@link useRealtimeMessages} gives. */
export interface RealtimeMessagesResult {
  /** The oldest first; unsent ones at the end. A window that `loadMore` widens. */
  readonly messages: readonly Message[];
  /** True until the first content is there: from this device, the network, or an error. Never again after. */
  readonly loading: boolean;
  /** Why the chat can't be used. */
  readonly error: Problem | null;
  /** Whether there are older messages. */
  readonly hasMore: boolean;
  readonly loadingMore: boolean;
  /** The numbers, all chats together; null without `enableAnalytics`. */
  readonly analytics: MessageAnalytics | null;
  /**
   * Sends a message. Resolves when the server has it (`sent`), or when it is kept on this device and will
   * go later (`sending`); rejects with a `code` when it was refused or given up.
   */
  readonly sendMessage: (content: string, options?: SendOptions) => Promise<Sent>;
  /** Replaces the words of one's own message. */
  readonly editMessage: (messageId: MessageId, content: string) => Promise<void>;
  readonly deleteMessage: (messageId: MessageId) => Promise<void>;
  /** Sends again what failed: a message by its id, or a change of one. */
  readonly retryMessage: (id: MessageId | OpId) => Promise<void>;
  /** Gives up what has not left or has failed. */
  readonly cancelMessage: (id: MessageId | OpId) => void;
  readonly addReaction: (messageId: MessageId, emoji: Emoji) => Promise<void>;
  readonly removeReaction: (messageId: MessageId, emoji: Emoji) => Promise<void>;
  /** Loads older messages; resolves when they are there. */
  readonly loadMore: () => Promise<void>;
  /** Searches this chat, once; resolves with the first page of hits, the newest first. */
  readonly searchMessages: (query: string) => Promise<readonly MessageHit[]>;
  /** Says that the newest messages have been seen. */
  readonly markAsRead: () => void;
}

/** Gives a chat's messages, and opens the chat while the component is mounted. */
export function useRealtimeMessages(options: RealtimeMessagesOptions): RealtimeMessagesResult {
  const { client, model, phrases } = useProvided('useRealtimeMessages');
  const { chatId, enableOptimisticUpdates = true, enableAnalytics = false, pageSize } = options;
  useEffect(() => client.openChat(chatId), [client, chatId]);
  useMarkRead(model, chatId, options.autoMarkAsRead ?? false);
  return useTracked(() => {
    const { views, methods } = messageParts(model, chatId, enableOptimisticUpdates, pageSize);
    const analytics = enableAnalytics ? messageAnalytics(client, chatId) : constant(null);
    return { views: { ...views, analytics }, methods, tellers: {} };
  }, [client, model, phrases, chatId, enableOptimisticUpdates, enableAnalytics, pageSize]);
}

/** Makes what both hooks about messages give. */
export function messageParts(model: Model, chatId: ChatId, optimistic: boolean, pageSize?: number) {
  const { client, phrases } = model;
  const timeline = client.timeline(chatId);
  const actions = messageActions(client, chatId, () => model.messages(chatId).getSnapshot());
  const settle = optimistic ? 'kept' : 'acknowledged';
  const asked = cell(0);
  const loadMore = (): Promise<void> =>
    quiet(async () => {
      asked.set(asked.getSnapshot() + 1);
      try {
        await client.loadOlder(chatId, pageSize);
      } finally {
        asked.set(asked.getSnapshot() - 1);
      }
    });
  return {
    views: {
      messages: optimistic ? model.messages(chatId) : model.acknowledged(chatId),
      loading: derive([timeline], ({ loading }) => loading),
      error: derive([client.chat(chatId), client.startup], (item, { state }): Problem | null => {
        if (state === 'failed') return problemOfCode('engine_failed', phrases);
        const code = item?.error ?? null;
        return code === null ? null : problemOfCode(code, phrases);
      }),
      hasMore: derive([timeline], ({ hasOlder }) => hasOlder),
      loadingMore: derive([timeline, asked], ({ loadingOlder }, count) => loadingOlder || count > 0),
    },
    methods: {
      sendMessage: (content: string, options?: SendOptions) => actions.send(content, { settle, ...options }),
      editMessage: actions.edit,
      deleteMessage: actions.remove,
      retryMessage: actions.retry,
      cancelMessage: actions.cancel,
      addReaction: (messageId: MessageId, emoji: Emoji) => actions.react(messageId, emoji, true),
      removeReaction: (messageId: MessageId, emoji: Emoji) => actions.react(messageId, emoji, false),
      loadMore,
      searchMessages: (query: string) =>
        quiet(async () => hitsOf(model)(await searchOnce(client, query, chatId))),
      markAsRead: actions.markRead,
    },
  };
}
