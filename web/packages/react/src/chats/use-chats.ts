/** The list of chats, one chat, and one thread. */
import type { ChatId, MessageId } from '@samtale/client';
import { useMemo } from 'react';
import { useProvided } from '../context';
import { useTracked } from '../store/tracked';
import { useView } from '../store/use-view';
import { derive } from '../store/views';
import type { Chat, Message } from '../types';

/** What {@link useChats} gives. */
export interface ChatsResult {
  /** The chats, the most recently active first. */
  readonly chats: readonly Chat[];
  /** True until the first content is there: from this device, the network, or an error. */
  readonly loading: boolean;
  readonly hasMore: boolean;
  /** Asks for the next page of the list. */
  readonly loadMore: () => void;
}

/** Gives the list of chats. */
export function useChats(): ChatsResult {
  const { client, model } = useProvided('useChats');
  return useTracked(
    () => ({
      views: {
        chats: model.chats,
        loading: derive([client.chats], ({ loading }) => loading),
        hasMore: derive([client.chats], ({ hasMore }) => hasMore),
      },
      methods: { loadMore: () => client.loadMoreChats() },
      tellers: {},
    }),
    [client, model],
  );
}

/** Gives a chat, or null where it is not known. It is not opened by this. */
export function useChat(chatId: ChatId): Chat | null {
  const { model } = useProvided('useChat');
  return useView(model.chat(chatId));
}

/** Gives a thread, its first message first. */
export function useThread(chatId: ChatId, rootId: MessageId): readonly Message[] {
  const { model } = useProvided('useThread');
  return useView(useMemo(() => model.thread(chatId, rootId), [model, chatId, rootId]));
}
