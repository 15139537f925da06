/** A channel of realtime-js with all that it hears written down. */
import type {
  RealtimeChannel,
  RealtimeChannelOptions,
  RealtimeClient,
  RealtimePostgresChangesFilter,
  RealtimePostgresChangesPayload,
  RealtimeSystemPayload,
} from '@supabase/realtime-js';
import { Heard } from './heard';

/** What `subscribe` calls back with. */
export interface Status {
  status: string;
  error?: string;
}

/** A broadcast as a callback gets it. */
export interface Broadcast {
  type: string;
  event: string;
  payload: unknown;
  meta?: { id: string; replayed?: boolean };
}

/** One of the three things that presence calls back with. */
export interface Presence {
  event: 'sync' | 'join' | 'leave';
  key?: string;
  currentPresences?: Meta[];
  newPresences?: Meta[];
  leftPresences?: Meta[];
}

/** What someone tracks, with the server's reference to it. */
export interface Meta {
  presence_ref: string;
  [name: string]: unknown;
}

/** A row as a callback gets it. */
export type Row = Record<string, unknown>;
export type Change = RealtimePostgresChangesPayload<Row>;
export type ChangeFilter = RealtimePostgresChangesFilter<'*' | 'INSERT' | 'UPDATE' | 'DELETE'>;

/** What to listen for, besides broadcasts and the system's words. */
export interface Wanted {
  config?: RealtimeChannelOptions['config'];
  /** Whether to bind to presence, which asks the server for it. */
  presence?: boolean;
  /** The changes to bind to, each heard in a list of its own. */
  changes?: readonly ChangeFilter[];
}

export class Listener {
  readonly channel: RealtimeChannel;
  readonly statuses: Heard<Status>;
  readonly broadcasts: Heard<Broadcast>;
  readonly system: Heard<RealtimeSystemPayload>;
  readonly presence: Heard<Presence>;
  /** The changes of each binding, in the order asked for. */
  readonly changes: Heard<Change>[] = [];

  constructor(
    client: Pick<RealtimeClient, 'channel'>,
    readonly topic: string,
    wanted: Wanted = {},
  ) {
    this.statuses = new Heard(`statuses of ${topic}`);
    this.broadcasts = new Heard(`broadcasts on ${topic}`);
    this.system = new Heard(`system events on ${topic}`);
    this.presence = new Heard(`presence on ${topic}`);
    this.channel = client.channel(topic, { config: wanted.config ?? {} });
    this.channel.on('broadcast', { event: '*' }, (payload) =>
      this.broadcasts.add(copy(payload as Broadcast)),
    );
    this.channel.on('system', {}, (payload: RealtimeSystemPayload) => this.system.add(payload));
    if (wanted.presence) {
      this.channel.on('presence', { event: '*' }, (payload) => this.presence.add(copy(payload as Presence)));
    }
    for (const filter of wanted.changes ?? []) {
      const heard = new Heard<Change>(`changes of ${JSON.stringify(filter)}`);
      this.changes.push(heard);
      this.channel.on<Row>('postgres_changes', filter as RealtimePostgresChangesFilter<'*'>, (payload) =>
        heard.add(payload),
      );
    }
  }

  /** Asks to subscribe, and waits for nothing. */
  subscribe(): this {
    this.channel.subscribe((status, error) =>
      this.statuses.add(error ? { status, error: error.message } : { status }),
    );
    return this;
  }

  /** Subscribes, and waits until the server says that it did. */
  async joined(): Promise<this> {
    this.subscribe();
    await this.statuses.first(({ status }) => status !== 'CLOSED');
    const [first] = this.statuses.items;
    if (first?.status !== 'SUBSCRIBED') throw new Error(`${this.topic}: ${JSON.stringify(first)}`);
    return this;
  }

  /** The changes of the first binding. */
  get changed(): Heard<Change> {
    const [first] = this.changes;
    if (!first) throw new Error(`${this.topic} listens for no changes`);
    return first;
  }

  /** The words that `subscribe` called back with, in order. */
  get said(): string[] {
    return this.statuses.items.map(({ status }) => status);
  }

  /** Sends a broadcast; with `ack` the answer is the server's. */
  send(event: string, payload: unknown): Promise<string> {
    return this.channel.send({ type: 'broadcast', event, payload });
  }

  /** The events and payloads of the broadcasts, in order. */
  get heard(): [event: string, payload: unknown][] {
    return this.broadcasts.items.map(({ event, payload }) => [event, payload]);
  }
}

/** The clients change what they hand out later; bytes can't be cloned by JSON, and don't change. */
function copy<T>(value: T): T {
  return structuredClone(value);
}
