/** A search as a promise. */
import { type ChatId, type Client, ClientError, type SearchView } from '@samtale/client';

/**
 * Searches once, and ends the search. Rejects where the server refused, and with `cancelled` where
 * another search took its place.
 */
export function searchOnce(client: Client, query: string, chatId: ChatId): Promise<SearchView> {
  return new Promise((resolve, reject) => {
    if (query.trim() === '') {
      const state = { status: 'done' as const };
      resolve({ query, chat: chatId, state, offline: false, hits: [], hasMore: false });
      return;
    }
    let begun = false;
    const look = (): void => {
      const search = client.search.getSnapshot();
      const isMine = search !== null && search.query === query && search.chat === chatId;
      if (isMine) begun = true;
      if (isMine && search.state.status === 'searching') return;
      if (!isMine && !begun) return;
      end();
      if (!isMine) {
        reject(new ClientError('cancelled'));
        return;
      }
      client.searchMessages('');
      if (search.state.status === 'failed') reject(new ClientError(search.state.code));
      else resolve(search);
    };
    const end = client.search.subscribe(look);
    client.searchMessages(query, chatId);
    look();
  });
}
