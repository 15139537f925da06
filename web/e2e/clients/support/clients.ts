/** Clients of a test: made here, so that every one is closed when the test is over. */
import {
  RealtimeClient,
  type RealtimeClientOptions,
  type WebSocketLikeConstructor,
} from '@supabase/realtime-js';
import { createClient, type SupabaseClient, type SupabaseClientOptions } from '@supabase/supabase-js';
import { Socket, type SocketConnectOption } from 'phoenix';
import { WebSocket } from 'ws';
import { Heard } from './heard';
import { Listener, type Wanted } from './listener';
import { anonKey, serviceKey, userToken } from './tokens';
import { type Version, Wire } from './wire';

/** How a client of realtime-js is made. */
export interface RealtimeOptions extends Omit<RealtimeClientOptions, 'params' | 'transport'> {
  /** What the socket carries as `apikey`. Default the anon key. */
  key?: string;
  /** What the channels carry. */
  token?: string;
  /** The path of the socket's folder. Default Supabase's, `/realtime/v1`. */
  path?: string;
  /** Another address than the server's: that of a network before it. */
  at?: string;
}

/** A client of realtime-js, and the WebSockets that it opened. */
export interface Realtime {
  readonly client: RealtimeClient;
  readonly lines: Lines;
  /** A channel that is not subscribed yet. */
  channel(topic: string, wanted?: Wanted): Listener;
  /** A channel that is. */
  join(topic: string, wanted?: Wanted): Promise<Listener>;
}

/** The WebSockets that a client opened, which a test can end without a word. */
export class Lines {
  readonly opened: WebSocket[] = [];
  readonly closes = new Heard<number>('closed WebSockets');
  #over = false;
  readonly transport: WebSocketLikeConstructor;

  constructor() {
    const lines = this;
    class Line extends WebSocket {
      constructor(address: string | URL, protocols?: string | string[]) {
        super(address, protocols);
        this.on('error', () => undefined);
        this.on('close', (code) => lines.closes.add(code));
        lines.opened.push(this);
        if (lines.#over) this.terminate();
      }
    }
    this.transport = Line as unknown as WebSocketLikeConstructor;
  }

  /** Ends what is open as a lost network does: no close frame. */
  kill(): void {
    for (const line of this.opened) line.terminate();
  }

  /** Ends what is open, and whatever a client's timers still open. */
  end(): void {
    this.#over = true;
    this.kill();
  }
}

export class Clients {
  readonly #closing: (() => void)[] = [];

  constructor(private readonly url: string) {}

  /** A client of realtime-js. */
  async realtime({ key = anonKey(), token, path, at, ...options }: RealtimeOptions = {}): Promise<Realtime> {
    const lines = new Lines();
    const client = new RealtimeClient(socketUrl(at ?? this.url, path ?? '/realtime/v1'), {
      reconnectAfterMs: () => 50,
      ...options,
      params: { apikey: key },
      transport: lines.transport,
    });
    this.#closing.push(() => {
      void client.disconnect();
      lines.end();
    });
    if (token !== undefined) await client.setAuth(token);
    return {
      client,
      lines,
      channel: (topic, wanted) => new Listener(client, topic, wanted),
      join: (topic, wanted) => new Listener(client, topic, wanted).joined(),
    };
  }

  /** A demo user's client: the socket carries the anon key, the channels the user's token. */
  user(user: string, options: RealtimeOptions = {}): Promise<Realtime> {
    return this.realtime({ token: userToken(user), ...options });
  }

  /** A server's client, which may everything. */
  service(options: RealtimeOptions = {}): Promise<Realtime> {
    return this.realtime({ key: serviceKey(), ...options });
  }

  /** A whole client of supabase-js, as an app makes it. */
  supabase(
    key: string,
    options: SupabaseClientOptions<'public'> = {},
  ): { client: SupabaseClient; lines: Lines } {
    const lines = new Lines();
    const client = createClient(this.url, key, {
      ...options,
      auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false, ...options.auth },
      realtime: { ...options.realtime, transport: lines.transport },
    });
    this.#closing.push(() => {
      void client.realtime.disconnect();
      lines.end();
    });
    return { client, lines };
  }

  /** A socket of Phoenix's own client, connecting. */
  phoenix(options: Partial<SocketConnectOption> = {}, path = '/socket', at = this.url): Phoenix {
    const lines = new Lines();
    const socket = new Socket(socketUrl(at, path), {
      ...options,
      transport: lines.transport as unknown as SocketConnectOption['transport'],
    });
    this.#closing.push(() => {
      socket.disconnect();
      lines.end();
    });
    socket.connect();
    return { socket, lines };
  }

  /** A bare WebSocket that shows each frame as it came. */
  async wire(key: string, version: Version = '2.0.0', { asked = true } = {}): Promise<Wire> {
    const wire = await Wire.open(this.url, { key, version, asked });
    this.#closing.push(() => wire.end());
    return wire;
  }

  close(): void {
    for (const close of this.#closing) close();
  }
}

/** A socket of Phoenix's own client. */
export interface Phoenix {
  readonly socket: Socket;
  readonly lines: Lines;
}

function socketUrl(url: string, path: string): string {
  return url.replace(/^http/, 'ws') + path;
}
