/** What a provider hands down, and how hooks get at it. */
import type { ChatId, Client } from '@samtale/client';
import type { Locale, Phrases } from '@samtale/locale';
import { createContext, useContext } from 'react';
import type { Model } from './model/model';
import type { Appointment } from './types';

/** Where the lessons that are agreed on in a chat come from: the host product. */
export interface AppointmentSource {
  /** Loads those of a chat. */
  readonly load: (
    chatId: ChatId,
    signal: AbortSignal,
  ) => readonly Appointment[] | Promise<readonly Appointment[]>;
  /** Calls back when those of a chat have changed, so that they are loaded again. */
  readonly subscribe?: (chatId: ChatId, onChange: () => void) => () => void;
}

/** What {@link useSamtale} gives. */
export interface Samtale {
  readonly client: Client;
  /** The sentences, in the provider's language. */
  readonly phrases: Phrases;
  /** The language; bokmål while the asked one is being loaded. */
  readonly locale: Locale;
  /** Where the data of the emoji picker is served. */
  readonly emojibaseUrl: string;
}

/** What stands in the context. */
export interface Provided extends Samtale {
  readonly model: Model;
  readonly appointments: AppointmentSource | null;
}

/** The context; hooks read it by {@link useProvided}. */
export const SamtaleContext = createContext<Provided | null>(null);

/** Reads the context, and says so where there is none. */
export function useProvided(hook: string): Provided {
  const provided = useContext(SamtaleContext);
  if (provided === null) {
    throw new Error(
      `${hook} was called outside of <SamtaleProvider>. Put the component below ` +
        '<SamtaleProvider client={…}> or <SamtaleProvider url="…" userId="…" getToken={…}>.',
    );
  }
  return provided;
}

/** Gives the client and the sentences. */
export function useSamtale(): Samtale {
  return useProvided('useSamtale');
}

/** Gives the client. */
export function useSamtaleClient(): Client {
  return useProvided('useSamtaleClient').client;
}

/** Gives the sentences, in the provider's language. */
export function usePhrases(): Phrases {
  return useProvided('usePhrases').phrases;
}
