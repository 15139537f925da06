/** The search through messages. There is one at a time: a new one takes the place of the one before. */
import type { ChatId, SearchHit, SearchView } from '@samtale/client';
import { useEffect } from 'react';
import { useProvided } from '../context';
import type { Model } from '../model/model';
import { problemOfCode } from '../model/problem';
import { useTracked } from '../store/tracked';
import { cell, derive, shallowEqual } from '../store/views';
import type { Chat, Message, Problem } from '../types';
import { type Highlight, highlightsOf } from './highlights';

/** A message that was found. */
export interface MessageHit {
  readonly message: Message;
  /** The chat it is in; null where that is not known here. */
  readonly chat: Chat | null;
  /** The chat's name; empty where it is not known. */
  readonly chatName: string;
  /** Where the found words stand in `message.content`: `[start, end)` in UTF-16 code units. */
  readonly highlights: readonly Highlight[];
}

/** What {@link useMessageSearch} gives. */
export interface MessageSearchResult {
  /** The words that were searched for last. */
  readonly query: string;
  /** The hits, the newest first. */
  readonly results: readonly MessageHit[];
  readonly searching: boolean;
  /** Whether only what is kept on this device was searched. */
  readonly offline: boolean;
  readonly hasMore: boolean;
  /** Why the search did not succeed. */
  readonly problem: Problem | null;
  /** Searches for words; every one must be found. Blank ends the search. */
  readonly search: (query: string) => void;
  /** Asks for the next page of hits. */
  readonly loadMore: () => void;
  /** Ends the search. */
  readonly clear: () => void;
}

const NO_HITS: readonly MessageHit[] = Object.freeze([]);

/** Searches messages, of one chat or of all; the search ends when the component goes. */
export function useMessageSearch(chatId?: ChatId): MessageSearchResult {
  const { client, model } = useProvided('useMessageSearch');
  useEffect(() => () => client.searchMessages(''), [client]);
  return useTracked(() => searchParts(model, chatId), [model, chatId]);
}

function searchParts(model: Model, chatId: ChatId | undefined) {
  const { client, phrases } = model;
  const asked = cell('');
  /** The running search, where it is the one this hook has asked for. */
  const mine = derive([client.search, asked], (search, query) =>
    query !== '' && search?.query === query && search.chat === (chatId ?? null) ? search : null,
  );
  const search = (query: string): void => {
    asked.set(query.trim() === '' ? '' : query);
    client.searchMessages(query, chatId);
  };
  const hits = hitsOf(model);
  return {
    views: {
      query: asked,
      results: derive([mine, model.chats], (found) => (found === null ? NO_HITS : hits(found)), shallowEqual),
      searching: derive([mine, asked], (found, query) =>
        found === null ? query !== '' : found.state.status === 'searching',
      ),
      offline: derive([mine], (found) => found?.offline ?? false),
      hasMore: derive([mine], (found) => found?.hasMore ?? false),
      problem: derive([mine], (found): Problem | null =>
        found?.state.status === 'failed' ? problemOfCode(found.state.code, phrases) : null,
      ),
    },
    methods: { search, loadMore: () => client.searchMore(), clear: () => search('') },
    tellers: {},
  };
}

/** Makes the hits of a search, each once. */
export function hitsOf(model: Model): (search: SearchView) => readonly MessageHit[] {
  const made = new WeakMap<SearchHit, { chat: Chat | null; hit: MessageHit }>();
  return ({ hits, query }) =>
    Object.freeze(
      hits.map((found) => {
        const chat = model.chat(found.message.chatId).getSnapshot();
        const before = made.get(found);
        if (before !== undefined && before.chat === chat) return before.hit;
        const hit = toHit(model, found, chat, query);
        made.set(found, { chat, hit });
        return hit;
      }),
    );
}

function toHit(model: Model, found: SearchHit, chat: Chat | null, query: string): MessageHit {
  const { message, highlights } = found;
  const own = message.senderId === model.client.userId;
  const entry = {
    position: { of: 'sent' as const, at: message.createdSeq },
    message,
    own,
    state: { status: own ? ('sent' as const) : ('delivered' as const) },
    pending: null,
    reactions: [],
    quoted: null,
  };
  return Object.freeze<MessageHit>({
    message: model.messageOf(entry, model.directory(message.chatId).getSnapshot()),
    chat,
    chatName: chat?.name ?? '',
    highlights: highlights.length > 0 ? highlights : highlightsOf(message.content, query),
  });
}
