/** The customer's `useTypingIndicator`: who is writing, and saying that oneself is. */
import type { ChatId, Client } from '@samtale/client';
import { useEffect, useMemo } from 'react';
import { useProvided } from '../context';
import { type Read, useTracked } from '../store/tracked';
import { cell } from '../store/views';
import type { Person } from '../types';
import { useSettings } from './use-settings';

/** What {@link useTypingIndicator} takes. */
export interface TypingIndicatorOptions {
  chatId: ChatId;
  /** How long one must have been writing before others are told, in milliseconds. Default 1000. */
  debounceMs?: number;
  /** The pause after which one is no longer writing, in milliseconds. Default 5000. */
  autoStopMs?: number;
}

/** What a composer's `onChange` hands over: the text, or the event that has it. */
export type TypingInput = string | { readonly target: { readonly value: string } };

/** What {@link useTypingIndicator} gives. */
export interface TypingIndicatorResult {
  /** Whether oneself is writing. */
  readonly isTyping: boolean;
  /** Who is writing, oneself not among them. */
  readonly typingUsers: readonly Person[];
  /** Says that a key was pressed. Others are told at most every 3 s. */
  readonly startTyping: () => void;
  readonly stopTyping: () => void;
  /** Takes a composer's changes: starts, or stops where the text has become empty. */
  readonly handleTyping: (input?: TypingInput) => void;
  /** Tells who is writing: "Kari skriver...", "2 skriver..."; empty where nobody is. */
  readonly getTypingText: () => string;
}

const AUTO_STOP_MS = 5_000;

/** Gives who is writing in a chat; says so of oneself too. */
export function useTypingIndicator(options: TypingIndicatorOptions): TypingIndicatorResult {
  const { client, model, phrases } = useProvided('useTypingIndicator');
  const { chatId, debounceMs, autoStopMs = AUTO_STOP_MS } = options;
  useSettings(client, { typingDebounceMs: debounceMs, typingStopMs: options.autoStopMs });
  const own = useMemo(() => ownTyping(client, chatId, autoStopMs), [client, chatId, autoStopMs]);
  useEffect(() => own.methods.stopTyping, [own]);
  return useTracked(() => {
    const getTypingText = (read: Read) => () => {
      const users = read('users', model.typing(chatId));
      const names = read('names', model.directory(chatId));
      return phrases.typingText(users.map(({ id }) => names.knownName(id)));
    };
    return {
      views: { isTyping: own.isTyping, typingUsers: model.typing(chatId) },
      methods: own.methods,
      tellers: { getTypingText },
    };
  }, [model, phrases, chatId, own]);
}

/** Oneself, writing: until told otherwise, or a pause. */
function ownTyping(client: Client, chatId: ChatId, autoStopMs: number) {
  const isTyping = cell(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stopTyping = (): void => {
    clearTimeout(timer);
    if (!isTyping.getSnapshot()) return;
    isTyping.set(false);
    client.setTyping(chatId, false);
  };
  const startTyping = (): void => {
    clearTimeout(timer);
    timer = setTimeout(stopTyping, autoStopMs);
    isTyping.set(true);
    client.setTyping(chatId, true);
  };
  const handleTyping = (input?: TypingInput): void => {
    const text = typeof input === 'object' ? input.target.value : input;
    if (text === '') stopTyping();
    else startTyping();
  };
  return { isTyping, methods: { startTyping, stopTyping, handleTyping } };
}
