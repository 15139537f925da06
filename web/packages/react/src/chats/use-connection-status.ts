/** How the connection stands, for a person. */
import type { Connection, StorageState } from '@samtale/client';
import { useProvided } from '../context';
import { problemOfCode, problemOfFailure } from '../model/problem';
import { gracefulConnection } from '../store/grace';
import { useTracked } from '../store/tracked';
import { derive } from '../store/views';
import type { Problem } from '../types';

/** What {@link useConnectionStatus} gives. */
export interface ConnectionStatusResult {
  /** How it stands, exactly. */
  readonly state: Connection['state'];
  /** Whether messages come and go, over HTTP too; true through the first 2 s of a lost connection. */
  readonly isConnected: boolean;
  /** Whether there has been no connection for 2 s although one is wanted: time to say so. */
  readonly isOffline: boolean;
  /** The sentence for `state`, in the provider's language. */
  readonly text: string;
  /** Why it was given up. */
  readonly problem: Problem | null;
  /** Where unsent messages are kept: `memory` does not survive a closed tab. */
  readonly storage: StorageState;
  /** Tries again at once. */
  readonly reconnect: () => void;
}

/** Gives how the connection stands, with 2 s of grace before it is called lost. */
export function useConnectionStatus(): ConnectionStatusResult {
  const { client, phrases } = useProvided('useConnectionStatus');
  return useTracked(() => {
    const grace = gracefulConnection(client);
    return {
      views: {
        state: derive([client.connection], ({ state }) => state),
        isConnected: derive([grace], ({ isConnected }) => isConnected),
        isOffline: derive([grace], ({ isOffline }) => isOffline),
        text: derive([client.connection], ({ state }) => phrases.connection(state)),
        problem: derive([client.connection, client.startup], ({ failure }, { state }): Problem | null => {
          if (state === 'failed') return problemOfCode('engine_failed', phrases);
          return failure === null ? null : problemOfFailure(failure, phrases);
        }),
        storage: client.storage,
      },
      methods: { reconnect: () => client.reconnect() },
      tellers: {},
    };
  }, [client, phrases]);
}
