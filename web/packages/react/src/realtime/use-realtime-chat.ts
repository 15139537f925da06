/** The customer's `useRealtimeChat`: everything about one chat. */
import type { ChatId, SendOptions, Sent } from '@samtale/client';
import { useEffect } from 'react';
import { useProvided } from '../context';
import { gracefulConnection } from '../store/grace';
import { useTracked } from '../store/tracked';
import { constant, derive, shallowEqual } from '../store/views';
import type { Appointment, Chat, ChatParticipant, Message, Person, Problem, UserPresence } from '../types';
import { appointmentsOf } from './appointments';
import { type AddChatEventListener, chatEventListeners } from './chat-events';
import { useMarkRead } from './mark-read';
import { type ChatStatistics, statisticsOf } from './statistics';
import { messageParts, type RealtimeMessagesResult } from './use-realtime-messages';

/** What {@link useRealtimeChat} takes. */
export interface RealtimeChatOptions {
  chatId: ChatId;
  /** Whether `onlineUsers` is kept up. Default true. */
  enablePresence?: boolean;
  /** Whether one's writing is told here, and others' shown. Default true. */
  enableTyping?: boolean;
  /** Whether `appointments` are asked for, of the provider's `appointments`. Default false. */
  enableAppointments?: boolean;
  /** Whether messages count as read by being shown here, while the page is seen. Default true. */
  autoMarkAsRead?: boolean;
}

/** What {@link useRealtimeChat} gives. */
export interface RealtimeChatResult
  extends Pick<
    RealtimeMessagesResult,
    | 'editMessage'
    | 'deleteMessage'
    | 'retryMessage'
    | 'cancelMessage'
    | 'addReaction'
    | 'removeReaction'
    | 'hasMore'
    | 'loadingMore'
    | 'loadMore'
    | 'markAsRead'
  > {
  /** The chat; null while it is not known. */
  readonly chat: Chat | null;
  /** Those who are in it, oneself included. */
  readonly participants: readonly ChatParticipant[];
  /** The oldest first; unsent ones at the end. */
  readonly messages: readonly Message[];
  /** True until the first content is there: from this device, the network, or an error. Never again after. */
  readonly loading: boolean;
  /** Why the chat can't be used. */
  readonly error: Problem | null;
  /** Who is writing, oneself not among them. */
  readonly typingUsers: readonly Person[];
  /** Who is online, oneself not among them. */
  readonly onlineUsers: readonly UserPresence[];
  readonly statistics: ChatStatistics;
  /** The chat's lessons, the earliest first. */
  readonly appointments: readonly Appointment[];
  /** Whether messages come and go, over HTTP too; true through the first 2 s of a lost connection. */
  readonly isConnected: boolean;
  /**
   * Sends a message. Resolves when the server has it (`sent`), or when it is kept on this device and will
   * go later (`sending`); rejects with a `code` when it was refused or given up.
   */
  readonly sendMessage: (content: string, options?: SendOptions) => Promise<Sent>;
  /** Says that a key was pressed: once a key, or once a while. Ends by itself after a pause. */
  readonly startTyping: () => void;
  readonly stopTyping: () => void;
  /** Says when something happens; returns the function that ends it. */
  readonly addEventListener: AddChatEventListener;
}

const NOBODY: readonly Person[] = Object.freeze([]);
const NOBODY_ONLINE: readonly UserPresence[] = Object.freeze([]);

/** Gives everything about a chat, and opens it while the component is mounted. */
export function useRealtimeChat(options: RealtimeChatOptions): RealtimeChatResult {
  const { client, model, appointments } = useProvided('useRealtimeChat');
  const { chatId, enablePresence = true, enableTyping = true, enableAppointments = false } = options;
  useEffect(() => client.openChat(chatId), [client, chatId]);
  useEffect(
    // Who goes away writes no longer.
    () => () => {
      if (enableTyping) client.setTyping(chatId, false);
    },
    [client, chatId, enableTyping],
  );
  useMarkRead(model, chatId, options.autoMarkAsRead ?? true);
  return useTracked(() => {
    const { views, methods } = messageParts(model, chatId, true);
    const chat = model.chat(chatId);
    const online = enablePresence ? onlineIn(model, chatId) : constant(NOBODY_ONLINE);
    const lessons = appointmentsOf(enableAppointments ? appointments : null, chatId);
    return {
      views: {
        ...views,
        chat,
        participants: model.participants(chatId),
        typingUsers: enableTyping ? model.typing(chatId) : constant(NOBODY),
        onlineUsers: online,
        statistics: derive([chat, views.messages, online], statisticsOf),
        appointments: lessons,
        isConnected: derive([gracefulConnection(client)], ({ isConnected }) => isConnected),
      },
      methods: {
        ...methods,
        startTyping: () => {
          if (enableTyping) client.setTyping(chatId, true);
        },
        stopTyping: () => {
          if (enableTyping) client.setTyping(chatId, false);
        },
        addEventListener: chatEventListeners(model, chatId, appointments),
      },
      tellers: {},
    };
  }, [client, model, appointments, chatId, enablePresence, enableTyping, enableAppointments]);
}

function onlineIn(model: Parameters<typeof messageParts>[0], chatId: ChatId) {
  return derive(
    [model.presencesIn(chatId)],
    (all) => Object.freeze(all.filter(({ id, status }) => status === 'online' && id !== model.client.userId)),
    shallowEqual,
  );
}
