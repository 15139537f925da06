/** What a person does with messages, without watching any. */
import type { ChatId, Client, Emoji, MessageId, OpId, SendOptions, Sent } from '@samtale/client';
import { useMemo } from 'react';
import { useProvided } from '../context';
import { quiet } from '../store/quiet';
import type { Message } from '../types';

/** The actions on a chat's messages. Each rejects with a code when it did not happen. */
export interface MessageActions {
  /** Sends a message; it shows at once. */
  readonly send: (content: string, options?: SendOptions) => Promise<Sent>;
  /** Replaces the words of one's own message. */
  readonly edit: (messageId: MessageId, content: string) => Promise<void>;
  /** Deletes a message. */
  readonly remove: (messageId: MessageId) => Promise<void>;
  /** Sets (`on`) or takes back one's own reaction. */
  readonly react: (messageId: MessageId, emoji: Emoji, on: boolean) => Promise<void>;
  /** Sends again what failed: a message, or a change of one by its id. */
  readonly retry: (id: MessageId | OpId) => Promise<void>;
  /** Sends again all that failed, of all chats. */
  readonly retryAll: () => void;
  /** Gives up what has not left or has failed: a message, or a change of one by its id. */
  readonly cancel: (id: MessageId | OpId) => void;
  /** Says that the newest messages have been seen. */
  readonly markRead: () => void;
  /** Loads back to a message; false where it can't be reached. */
  readonly reveal: (messageId: MessageId) => Promise<boolean>;
}

/** Gives the actions on a chat's messages; always the same object for one chat. */
export function useMessageActions(chatId: ChatId): MessageActions {
  const { client, model } = useProvided('useMessageActions');
  return useMemo(
    () => messageActions(client, chatId, () => model.messages(chatId).getSnapshot()),
    [client, model, chatId],
  );
}

/** Makes the actions; `messages` tells those that are shown. */
export function messageActions(
  client: Client,
  chatId: ChatId,
  messages: () => readonly Message[],
): MessageActions {
  /** A message that failed to change is retried or given up by its change. */
  const opOf = (id: MessageId | OpId): OpId => {
    const message = messages().find((candidate) => candidate.id === id);
    return message?.change?.status === 'failed' ? message.change.id : id;
  };
  return Object.freeze<MessageActions>({
    send: (content, options) => quiet(() => client.send(chatId, content, options).done),
    edit: (messageId, content) => quiet(() => client.edit(chatId, messageId, content)),
    remove: (messageId) => quiet(() => client.deleteMessage(chatId, messageId)),
    react: (messageId, emoji, on) => quiet(() => client.react(chatId, messageId, emoji, on)),
    retry: (id) => quiet(() => client.retry(opOf(id))),
    retryAll: () => client.retryAll(),
    cancel: (id) => client.cancel(opOf(id)),
    markRead: () => client.markRead(chatId),
    reveal: (messageId) => quiet(() => client.revealMessage(chatId, messageId)),
  });
}
