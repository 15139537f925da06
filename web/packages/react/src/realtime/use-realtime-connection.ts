/** The customer's `useRealtimeConnection`: the connection, how well it goes, and its channels. */
import type { ConnectionState, Network } from '@samtale/client';
import type { TimeLike } from '@samtale/locale';
import { useProvided } from '../context';
import { problemOfCode, problemOfFailure } from '../model/problem';
import { gracefulConnection } from '../store/grace';
import { useTracked } from '../store/tracked';
import { derive } from '../store/views';
import type { Problem } from '../types';
import { type Channel, channels } from './channel';
import { type ConnectionMetrics, connectionMetrics } from './metrics';
import { useSettings } from './use-settings';

/** What {@link useRealtimeConnection} takes; what is left out stays as the client has it. */
export interface RealtimeConnectionOptions {
  /** Whether a lost connection is sought again by itself. Default true. */
  enableRetry?: boolean;
  /** How many attempts may fail in a row before it gives up. Default 5. */
  maxRetries?: number;
  /** Whether the device's word on its network counts. Default true. */
  enableNetworkDetection?: boolean;
  /** How often a heartbeat is sent, in milliseconds. Default 30 000. */
  heartbeatInterval?: number;
}

/** What {@link useRealtimeConnection} gives. */
export interface RealtimeConnectionResult {
  /** How the connection stands, exactly. */
  readonly connectionState: ConnectionState;
  /** Whether messages come and go, over HTTP too; true through the first 2 s of a lost connection. */
  readonly isConnected: boolean;
  readonly networkStatus: Network;
  /** The last heartbeat's round trip, in milliseconds; null before the first. */
  readonly latency: number | null;
  readonly metrics: ConnectionMetrics;
  /** Why it was given up, or could not begin. */
  readonly error: Problem | null;
  /** Seeks the connection and keeps it, watched or not. */
  readonly connect: () => void;
  /** Lets it go until `connect` or `reconnect`. */
  readonly disconnect: () => void;
  /** Drops it and seeks it anew at once, forgetting earlier failures. */
  readonly reconnect: () => void;
  /** Gives the channel of a chat, by `chat:<id>` or the id alone: the same object each time. */
  readonly getChannel: (topic: string) => Channel;
  /** Writes the time of day in Norway: "14:05". Empty where there is no such time. */
  readonly formatNorwegianTime: (date: TimeLike) => string;
}

/** Gives the connection. While the component is mounted, the client seeks it. */
export function useRealtimeConnection(options: RealtimeConnectionOptions = {}): RealtimeConnectionResult {
  const { client, model, phrases, appointments } = useProvided('useRealtimeConnection');
  useSettings(client, {
    enableRetry: options.enableRetry,
    maxRetries: options.maxRetries,
    heartbeatIntervalMs: options.heartbeatInterval,
    detectNetwork: options.enableNetworkDetection,
  });
  return useTracked(() => {
    const grace = gracefulConnection(client);
    return {
      views: {
        connectionState: derive([client.connection], ({ state }) => state),
        isConnected: derive([grace], ({ isConnected }) => isConnected),
        networkStatus: derive([client.connection], ({ network }) => network),
        latency: derive([client.connection], ({ latencyMs }) => latencyMs),
        metrics: connectionMetrics(client),
        error: derive([client.connection, client.startup], ({ failure }, { state }): Problem | null => {
          if (state === 'failed') return problemOfCode('engine_failed', phrases);
          return failure === null ? null : problemOfFailure(failure, phrases);
        }),
      },
      methods: {
        connect: () => client.connect(),
        disconnect: () => client.disconnect(),
        reconnect: () => client.reconnect(),
        getChannel: channels(model, appointments),
        formatNorwegianTime: (date: TimeLike) => phrases.clock(date),
      },
      tellers: {},
    };
  }, [client, model, phrases, appointments]);
}
