/** What stands in a chat's composer, kept on this device and told to one's others. */
import type { ChatId } from '@samtale/client';
import { useCallback } from 'react';
import { useProvided } from '../context';
import { useView } from '../store/use-view';

/** Gives a chat's draft and the function that keeps it; an empty text removes it. */
export function useDraft(chatId: ChatId): readonly [draft: string, setDraft: (text: string) => void] {
  const { client } = useProvided('useDraft');
  const draft = useView(client.chat(chatId), (item) => item?.draft ?? '');
  const setDraft = useCallback((text: string) => client.setDraft(chatId, text), [client, chatId]);
  return [draft, setDraft];
}
