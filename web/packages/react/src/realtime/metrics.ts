/** The numbers of the specification's monitoring section, as views: read anew when something happens. */
import type { ChatId, Client, Metrics, View } from '@samtale/client';

/** Numbers of the connection, since the client was started. Rates are shares from 0 to 1, null before the first. */
export interface ConnectionMetrics {
  /** Connections that were sought. */
  readonly attempts: number;
  /** The share of them that came about. */
  readonly successRate: number | null;
  /** How often a live connection was lost. */
  readonly reconnections: number;
  /** How often HTTP took over. */
  readonly fallbacks: number;
  /** Mean round trip of heartbeats, in milliseconds. */
  readonly meanLatencyMs: number | null;
  readonly maxLatencyMs: number | null;
  /** Mean time an answer took, in milliseconds. */
  readonly meanReplyMs: number | null;
  /** How long each kind of network lasted, in milliseconds. */
  readonly networkMs: Readonly<Record<'online' | 'slow' | 'offline', number>>;
}

/** Numbers of messages and changes of all chats, since the client was started. Rates are shares from 0 to 1. */
export interface MessageAnalytics {
  /** Messages and changes handed in. */
  readonly queued: number;
  /** Those the server has. */
  readonly sent: number;
  /** Those refused for good. */
  readonly failed: number;
  /** Those given up. */
  readonly cancelled: number;
  /** How often one went out once more. */
  readonly retries: number;
  /** Own messages that reached every other participant. */
  readonly delivered: number;
  /** Messages of others that came. */
  readonly received: number;
  /** The share of those settled that the server took; null before the first. */
  readonly sendSuccessRate: number | null;
  /** The share of those sent that reached everyone; null before the first. */
  readonly deliveryRate: number | null;
  /** Mean time from handing in to the server's answer, in milliseconds. */
  readonly meanLatencyMs: number | null;
  /** How many went with one request: how well batches work. */
  readonly opsPerRequest: number | null;
  /** How often something was refused or unanswered, by code. */
  readonly failureCauses: Readonly<Record<string, number>>;
}

/** Makes the view of the connection's numbers. */
export function connectionMetrics(client: Client): View<ConnectionMetrics> {
  return metricsView(client, [client.connection], ({ connection }) => ({
    attempts: connection.attempts,
    successRate: rate(connection.successes, connection.attempts),
    reconnections: connection.losses,
    fallbacks: connection.fallbacks,
    meanLatencyMs: rate(connection.latencySumMs, connection.heartbeats),
    maxLatencyMs: connection.heartbeats === 0 ? null : connection.latencyMaxMs,
    meanReplyMs: rate(connection.replySumMs, connection.replies),
    networkMs: { online: 0, slow: 0, offline: 0, ...connection.networkMs },
  }));
}

/** Makes the view of the messages' numbers; a chat's receipts are what moves "delivered". */
export function messageAnalytics(client: Client, chatId: ChatId): View<MessageAnalytics> {
  return metricsView(client, [client.outbox, client.timeline(chatId)], ({ messages }) => ({
    queued: messages.queued,
    sent: messages.acknowledged,
    failed: messages.failed,
    cancelled: messages.cancelled,
    retries: messages.retries,
    delivered: messages.delivered,
    received: messages.received,
    sendSuccessRate: rate(messages.acknowledged, messages.acknowledged + messages.failed),
    deliveryRate: rate(Math.min(messages.delivered, messages.acknowledged), messages.acknowledged),
    meanLatencyMs: rate(messages.waitSumMs, messages.acknowledged),
    opsPerRequest: rate(messages.acknowledged + messages.failed, messages.requests),
    failureCauses: { ...messages.causes },
  }));
}

function rate(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}

/** A view of numbers: read when one of the views it follows has changed, and kept where they are the same. */
function metricsView<T>(
  client: Client,
  follows: readonly View<unknown>[],
  read: (metrics: Metrics) => T,
): View<T> {
  let seen: readonly unknown[] | null = null;
  let text = '';
  let value: T | null = null;
  let server: T | null = null;
  return {
    getSnapshot: () => {
      const present = follows.map((view) => view.getSnapshot());
      if (value !== null && seen?.every((snapshot, index) => Object.is(snapshot, present[index])))
        return value;
      seen = present;
      const fresh = read(client.metrics());
      const freshText = JSON.stringify(fresh);
      if (value === null || freshText !== text) value = Object.freeze(fresh);
      text = freshText;
      return value;
    },
    getServerSnapshot: () => {
      // On a server nothing happens; in a browser this is before anything has.
      server ??= Object.freeze(read(client.metrics()));
      return server;
    },
    subscribe: (onChange) => {
      const ends = follows.map((view) => view.subscribe(onChange));
      return () => {
        for (const end of ends) end();
      };
    },
  };
}
