/** Messages that count as read by being shown. */
import type { ChatId } from '@samtale/client';
import { useEffect } from 'react';
import type { Model } from '../model/model';

/** Says that a chat's newest messages are seen, whenever there are new ones and the page is seen. */
export function useMarkRead(model: Model, chatId: ChatId, enabled: boolean): void {
  useEffect(() => {
    if (!enabled) return;
    const { client } = model;
    const view = model.messages(chatId);
    let newest = 0;
    const mark = (again: boolean): void => {
      const seq = view.getSnapshot().reduce((most, message) => Math.max(most, message.seq), 0);
      if (document.visibilityState !== 'visible' || (seq <= newest && !again)) return;
      newest = seq;
      if (seq > 0) client.markRead(chatId);
    };
    const onSeen = (): void => mark(true);
    mark(false);
    const end = view.subscribe(() => mark(false));
    document.addEventListener('visibilitychange', onSeen);
    window.addEventListener('focus', onSeen);
    return () => {
      end();
      document.removeEventListener('visibilitychange', onSeen);
      window.removeEventListener('focus', onSeen);
    };
  }, [model, chatId, enabled]);
}
