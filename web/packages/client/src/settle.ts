/**
 * When the promise of an op settles. With `kept`, at the first of: the server has it (`sent`); it is
 * kept on this device while there is no connection, or unanswered for 10 s (`sending`); it was
 * refused, has expired or was given up (rejects). With `acknowledged`, only the server's word counts.
 */
import type { SendOptions } from './api';
import { ClientError } from './errors';
import type { ErrorCode, OpId } from './wire';

/** How long an op may be unanswered before its promise says `sending`, in milliseconds. */
export const PATIENCE_MS = 10_000;

/** What became of an op, as the engine tells it. */
export interface Outcome {
  op: OpId;
  outcome: 'kept' | 'done' | 'failed' | 'expired' | 'cancelled';
  code: ErrorCode | null;
}

/** Someone who waits for an op. */
export interface Wait {
  settle: NonNullable<SendOptions['settle']>;
  resolve(status: 'sending' | 'sent'): void;
  reject(error: ClientError): void;
  /** Whether an op that a later one swallowed counts as done: all but sends. */
  swallowed: boolean;
}

interface World {
  connected(): boolean;
  setTimer(callback: () => void, ms: number): () => void;
}

/** The ops that somebody waits for. */
export class Settling {
  readonly #world: World;
  readonly #waits = new Map<OpId, Set<Wait>>();
  readonly #kept = new Set<OpId>();
  /** Ops that a person gave up, whose promises say so. */
  readonly #given = new Set<OpId>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Waits for an op. */
  add(op: OpId, wait: Wait): void {
    if (wait.settle === 'kept' && this.#kept.has(op) && !this.#world.connected()) {
      wait.resolve('sending');
      return;
    }
    const waits = this.#waits.get(op) ?? new Set();
    this.#waits.set(op, waits);
    waits.add(wait);
    if (wait.settle === 'kept') {
      this.#world.setTimer(() => {
        if (waits.delete(wait)) wait.resolve('sending');
      }, PATIENCE_MS);
    }
  }

  /** Notes that a person gives up an op. */
  giveUp(op: OpId): void {
    if (this.#waits.has(op)) this.#given.add(op);
  }

  /** Takes in what became of an op. */
  onOutcome({ op, outcome, code }: Outcome): void {
    if (outcome === 'kept') {
      this.#kept.add(op);
      if (!this.#world.connected()) this.#release(op);
      return;
    }
    const given = this.#given.delete(op);
    if (outcome === 'done' || outcome === 'cancelled') this.#kept.delete(op);
    const waits = this.#waits.get(op);
    this.#waits.delete(op);
    for (const wait of waits ?? []) {
      if (outcome === 'done' || (outcome === 'cancelled' && wait.swallowed && !given)) wait.resolve('sent');
      else wait.reject(new ClientError(outcome === 'failed' ? (code ?? 'unknown') : outcome));
    }
  }

  /** The connection has changed: what is kept need not wait for it. */
  onConnection(): void {
    if (this.#world.connected()) return;
    for (const op of this.#waits.keys()) if (this.#kept.has(op)) this.#release(op);
  }

  /** Rejects everything that waits. */
  fail(error: ClientError): void {
    const all = [...this.#waits.values()];
    this.#waits.clear();
    for (const waits of all) for (const wait of waits) wait.reject(error);
  }

  #release(op: OpId): void {
    const waits = this.#waits.get(op);
    for (const wait of waits ?? []) {
      if (wait.settle !== 'kept') continue;
      waits?.delete(wait);
      wait.resolve('sending');
    }
  }
}
