/** What is not sent yet. */
import type { OpId, OutboxView } from '@samtale/client';
import { useProvided } from '../context';
import { useTracked } from '../store/tracked';
import { derive } from '../store/views';

/** An op that waits, or has failed. */
export type OutboxItem = OutboxView['items'][number];

/** What {@link useOutbox} gives. */
export interface OutboxResult {
  /** The ops, chat by chat, in order; those that failed after those that wait. */
  readonly items: readonly OutboxItem[];
  /** Their size together, in bytes. */
  readonly bytes: number;
  /** How many wait or are under way. */
  readonly waiting: number;
  /** How many have failed, or waited so long that they ask first. */
  readonly failed: number;
  /** Sends one again. */
  readonly retry: (op: OpId) => Promise<void>;
  /** Sends all again that failed. */
  readonly retryAll: () => void;
  /** Gives one up. */
  readonly cancel: (op: OpId) => void;
}

const isFailed = ({ state }: OutboxItem): boolean => state.status === 'failed' || state.status === 'expired';

/** Gives the outbox: messages and changes that the server doesn't have. */
export function useOutbox(): OutboxResult {
  const { client } = useProvided('useOutbox');
  return useTracked(
    () => ({
      views: {
        items: derive([client.outbox], ({ items }): readonly OutboxItem[] => items),
        bytes: derive([client.outbox], ({ bytes }) => bytes),
        waiting: derive([client.outbox], ({ items }) => items.filter((item) => !isFailed(item)).length),
        failed: derive([client.outbox], ({ items }) => items.filter(isFailed).length),
      },
      methods: {
        retry: (op: OpId) => client.retry(op),
        retryAll: () => client.retryAll(),
        cancel: (op: OpId) => client.cancel(op),
      },
      tellers: {},
    }),
    [client],
  );
}
