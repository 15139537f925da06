/** The one provider: it has the client, the language, and what the host product knows. */
import {
  type Client,
  type ClientOptions,
  createClient,
  type LogEntry,
  type TokenRequest,
} from '@samtale/client';
import { createPhrases, type Locale, loadPhrases, type Phrases } from '@samtale/locale';
import { type ReactNode, useEffect, useInsertionEffect, useMemo, useRef, useState } from 'react';
import { type AppointmentSource, type Provided, SamtaleContext } from './context';
import { enter } from './current-client';
import { createModel } from './model/model';
import type { Profiles } from './model/people';

interface CommonProps {
  /** The language of everything shown. Default `nb`. */
  locale?: Locale;
  /**
   * Names and pictures by user id, where the host product knows better than the chats. Make it once
   * and again when it changes, not in every rendering.
   */
  profiles?: Profiles;
  /** The lessons that are agreed on in chats, for `useRealtimeChat`. */
  appointments?: AppointmentSource;
  /** Where the data of the emoji picker is served. Default `/emoji`. */
  emojibaseUrl?: string;
  /** Hears of everything that happens, by name, for the host product's own log; no content. */
  onEvent?: (event: LogEntry) => void;
  children?: ReactNode;
}

/** With a client that the host product made: by `createClient`, or a fake in a test. */
export interface WithClient extends CommonProps {
  client: Client;
}

/**
 * With a client that the provider makes. `url` and `userId` name it: with another one there is
 * another client. `getToken` may change at any time; the rest counts when the client is made.
 */
export interface WithOptions extends CommonProps, ClientOptions {
  client?: undefined;
}

/** What {@link SamtaleProvider} takes. */
export type SamtaleProviderProps = WithClient | WithOptions;

/** Gives the client and the language to all hooks and components below it. */
export function SamtaleProvider(props: SamtaleProviderProps): ReactNode {
  const { locale = 'nb', profiles, appointments, emojibaseUrl = '/emoji', onEvent, children } = props;
  const client = useClient(props);
  const phrases = useLoadedPhrases(locale);
  const model = useMemo(() => createModel(client, phrases, profiles), [client, phrases, profiles]);
  const provided = useMemo<Provided>(
    () => ({
      client,
      phrases,
      locale: phrases.locale,
      emojibaseUrl,
      model,
      appointments: appointments ?? null,
    }),
    [client, phrases, emojibaseUrl, model, appointments],
  );

  // Before any effect below: a `MessageQueue` made there finds the client.
  useInsertionEffect(() => enter(client), [client]);

  const listener = useRef(onEvent);
  useInsertionEffect(() => {
    listener.current = onEvent;
  });
  const listens = onEvent !== undefined;
  useEffect(() => {
    if (!listens) return;
    return client.onEvent((event) => listener.current?.(event));
  }, [client, listens]);

  return <SamtaleContext.Provider value={provided}>{children}</SamtaleContext.Provider>;
}

/** Gives the client of the props, made once for a `url` and `userId`. */
function useClient(props: SamtaleProviderProps): Client {
  const options = useRef(props);
  useInsertionEffect(() => {
    options.current = props;
  });
  const given = props.client;
  const url = given === undefined ? props.url : '';
  const userId = given === undefined ? props.userId : '';
  return useMemo(() => {
    if (given !== undefined) return given;
    const present = options.current as WithOptions;
    const getToken = (request: TokenRequest) => (options.current as WithOptions).getToken(request);
    return createClient({ ...clientOptions(present), url, userId, getToken });
  }, [given, url, userId]);
}

/** Takes those props that a client is made of. */
function clientOptions({
  wasm,
  settings,
  persist,
  detectNetwork,
  hosts,
}: WithOptions): Partial<ClientOptions> {
  const options: Partial<ClientOptions> = {};
  if (wasm !== undefined) options.wasm = wasm;
  if (settings !== undefined) options.settings = settings;
  if (persist !== undefined) options.persist = persist;
  if (detectNetwork !== undefined) options.detectNetwork = detectNetwork;
  if (hosts !== undefined) options.hosts = hosts;
  return options;
}

/** Gives the phrases of a language; those there were while they are being loaded. */
function useLoadedPhrases(locale: Locale): Phrases {
  const [phrases, setPhrases] = useState(() => createPhrases(locale));
  useEffect(() => {
    let wanted = true;
    loadPhrases(locale).then(
      (loaded) => {
        if (wanted) setPhrases(loaded);
      },
      // Without its chunk (offline, say) a language shows as the one there is.
      () => {},
    );
    return () => {
      wanted = false;
    };
  }, [locale]);
  return phrases;
}
