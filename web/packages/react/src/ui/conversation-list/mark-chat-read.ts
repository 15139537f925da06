/** Marks a chat as read that is not on the screen. */
import type { ChatId, Client } from '@samtale/client';

/** How long the newest message may take to arrive, in milliseconds. */
const PATIENCE_MS = 5_000;

/** Opens a chat just long enough to have its newest message counted as read. */
export function markChatRead(client: Client, chatId: ChatId): void {
  const chat = client.chat(chatId);
  const close = client.openChat(chatId);
  const end = () => {
    clearTimeout(timer);
    stop();
    close();
  };
  const mark = () => {
    client.markRead(chatId);
    if ((chat.getSnapshot()?.unread ?? 0) === 0) end();
  };
  const timer = setTimeout(end, PATIENCE_MS);
  const stop = chat.subscribe(mark);
  mark();
}
