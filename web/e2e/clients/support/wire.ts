/** A bare WebSocket, for what no client shows: each frame as it came, and how it closed. */
import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { Heard } from './heard';

/** The serializers. */
export const VERSIONS = ['1.0.0', '2.0.0'] as const;
export type Version = (typeof VERSIONS)[number];

/** A text frame, whichever serializer wrote it. */
export interface Frame {
  /** What 1.0.0 never sends. */
  join_ref?: string | null;
  ref: string | null;
  topic: string;
  event: string;
  payload: unknown;
}

/** A frame as it came. */
export type Raw = { text: string; frame: Frame } | { binary: Buffer };

/** How a WebSocket ended. */
export interface Ended {
  code: number;
  reason: string;
}

/** A handshake that was refused. */
export interface Refusal {
  status: number;
  type: string | undefined;
  body: unknown;
}

export interface WireOptions {
  key: string;
  version: Version;
  /** Whether the query names the serializer. Default true. */
  asked?: boolean;
  /** Default Supabase's. */
  path?: string;
}

export class Wire {
  readonly raw = new Heard<Raw>('frames');
  readonly frames = new Heard<Frame>('text frames');
  readonly binary = new Heard<Buffer>('binary frames');
  readonly ended: Promise<Ended>;
  #refs = 0;

  private constructor(
    private readonly socket: WebSocket,
    private readonly version: Version,
  ) {
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) {
        this.raw.add({ binary: data });
        this.binary.add(data);
        return;
      }
      const text = data.toString();
      const frame = read(text, version);
      this.raw.add({ text, frame });
      this.frames.add(frame);
    });
    socket.on('error', () => undefined);
    this.ended = new Promise((done) =>
      socket.once('close', (code, reason) => done({ code, reason: reason.toString() })),
    );
  }

  static async open(url: string, options: WireOptions): Promise<Wire> {
    const socket = new WebSocket(address(url, options));
    const wire = new Wire(socket, options.version);
    await new Promise<void>((done, failed) => {
      socket.once('open', done);
      socket.once('error', failed);
    });
    return wire;
  }

  /** Sends a frame, and returns its reference. */
  push(topic: string, event: string, payload: unknown, joinRef: string | null = null): string {
    this.#refs += 1;
    const ref = String(this.#refs);
    this.text(
      this.version === '2.0.0'
        ? [joinRef, ref, topic, event, payload]
        : { topic, event, payload, ref, join_ref: joinRef },
    );
    return ref;
  }

  /** Sends a frame and waits for the reply to it. */
  ask(topic: string, event: string, payload: unknown, joinRef: string | null = null): Promise<Frame> {
    const ref = this.push(topic, event, payload, joinRef);
    return this.reply(ref);
  }

  /** Waits for the reply to a reference. */
  reply(ref: string): Promise<Frame> {
    return this.frames.first((frame) => frame.event === 'phx_reply' && frame.ref === ref);
  }

  /** Joins a channel; the reference of the join is the number of the next push. */
  async join(topic: string, config: object = {}, token?: string): Promise<{ joinRef: string; reply: Frame }> {
    const joinRef = String(this.#refs + 1);
    const payload = { config, ...(token === undefined ? {} : { access_token: token }) };
    return { joinRef, reply: await this.ask(topic, 'phx_join', payload, joinRef) };
  }

  /** Sends a value as JSON. */
  text(value: unknown): void {
    this.socket.send(JSON.stringify(value));
  }

  /** Sends text as it stands. */
  words(text: string): void {
    this.socket.send(text);
  }

  /** Sends bytes. */
  bytes(bytes: Uint8Array): void {
    this.socket.send(bytes);
  }

  /** Waits until all that the server sent before this has come: a heartbeat's answer. */
  async settle(): Promise<void> {
    await this.ask('phoenix', 'heartbeat', {});
  }

  /** The events of a topic so far, in order, replies excepted. */
  events(topic: string): Frame[] {
    return this.frames.items.filter((frame) => frame.topic === topic && frame.event !== 'phx_reply');
  }

  end(): void {
    this.socket.terminate();
  }
}

/** Opens a WebSocket that must be refused, and returns the HTTP answer. */
export function refused(url: string, options: Partial<WireOptions>): Promise<Refusal> {
  const { key = '', version = '2.0.0', path } = options;
  return new Promise((done, failed) => {
    const socket = new WebSocket(address(url, { key, version, ...(path ? { path } : {}) }));
    socket.once('open', () => {
      socket.terminate();
      failed(new Error('the server let it in'));
    });
    socket.once('error', failed);
    socket.once('unexpected-response', (_request, answer: IncomingMessage) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      answer.on('end', () => {
        done({ status: answer.statusCode ?? 0, type: answer.headers['content-type'], body: parsed(body) });
        socket.removeAllListeners('error').on('error', () => undefined);
        socket.terminate();
      });
    });
  });
}

/** A broadcast as realtime-js writes it to a server: kind 3. */
export function kind3(parts: {
  joinRef: string;
  ref: string;
  topic: Uint8Array | string;
  event: Uint8Array | string;
  payload: Uint8Array | string;
  encoding: 0 | 1;
}): Uint8Array {
  const names = [parts.joinRef, parts.ref, parts.topic, parts.event, ''].map((name) => Buffer.from(name));
  const header = [3, ...names.map((name) => name.length), parts.encoding];
  return Buffer.concat([Buffer.from(header), ...names, Buffer.from(parts.payload)]);
}

function address(url: string, { key, version, asked = true, path }: WireOptions): string {
  const query = new URLSearchParams({ ...(key ? { apikey: key } : {}), ...(asked ? { vsn: version } : {}) });
  return `${url.replace(/^http/, 'ws')}${path ?? '/realtime/v1/websocket'}?${query}`;
}

function read(text: string, version: Version): Frame {
  const value = JSON.parse(text) as unknown;
  if (version === '1.0.0') return value as Frame;
  const [join_ref, ref, topic, event, payload] = value as [
    string | null,
    string | null,
    string,
    string,
    unknown,
  ];
  return { join_ref, ref, topic, event, payload };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
