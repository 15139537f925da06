/** What the engine asks of the world beside storage: sockets, HTTP requests, tokens. */
import type { Hosts, SocketHost } from './api';
import type { Live } from './driver';
import type { Input } from './engine';
import type { EngineOutput } from './wasm/samtale';

/** How long the host product may take to give a token, in milliseconds. */
const TOKEN_MS = 30_000;

type Request = Extract<
  EngineOutput,
  { output: 'openSocket' | 'send' | 'closeSocket' | 'http' | 'cancelHttp' | 'fetchToken' }
>;

/** The open sockets and requests of one engine. */
export class Requests {
  readonly #base: string;
  readonly #hosts: Hosts;
  readonly #live: Live;
  readonly #feed: (input: Input) => void;
  readonly #sockets = new Map<number, ReturnType<SocketHost>>();
  readonly #http = new Map<number, AbortController>();
  readonly #tokens = new Set<AbortController>();

  constructor(base: string, hosts: Hosts, live: Live, feed: (input: Input) => void) {
    this.#base = base;
    this.#hosts = hosts;
    this.#live = live;
    this.#feed = feed;
  }

  /** Begins what is asked for; the answer comes as an input. */
  perform(request: Request): void {
    switch (request.output) {
      case 'openSocket':
        this.#open(request.generation, request.path, request.token);
        break;
      case 'send':
        this.#sockets.get(request.generation)?.send(request.text);
        break;
      case 'closeSocket':
        this.#sockets.get(request.generation)?.close(request.code);
        this.#sockets.delete(request.generation);
        break;
      case 'http':
        void this.#ask(request);
        break;
      case 'cancelHttp':
        this.#http.get(request.request)?.abort();
        this.#http.delete(request.request);
        break;
      case 'fetchToken':
        void this.#token(request.request, request.fresh);
        break;
    }
  }

  /** Ends everything; nothing is told of it. */
  close(): void {
    for (const socket of this.#sockets.values()) socket.close(1000);
    for (const abort of [...this.#http.values(), ...this.#tokens]) abort.abort();
    this.#sockets.clear();
    this.#http.clear();
    this.#tokens.clear();
  }

  #open(generation: number, path: string, token: string): void {
    const protocols = ['phoenix', `base64url.bearer.phx.${base64url(token)}`];
    const gone = (code: number | null) => {
      this.#sockets.delete(generation);
      this.#feed({ input: 'socketClosed', generation, code });
    };
    try {
      const socket = this.#hosts.socket(this.#base.replace(/^http/, 'ws') + path, protocols, {
        open: () => this.#feed({ input: 'socketOpened', generation }),
        text: (text) => this.#feed({ input: 'socketText', generation, text }),
        close: gone,
      });
      this.#sockets.set(generation, socket);
    } catch {
      // A policy of the page forbids it.
      queueMicrotask(() => gone(null));
    }
  }

  async #ask({ request, method, path, token, body }: Extract<Request, { output: 'http' }>): Promise<void> {
    const abort = new AbortController();
    this.#http.set(request, abort);
    try {
      const url = this.#base + path;
      const reply = await this.#hosts.http({ method, url, token, body, signal: abort.signal });
      if (this.#http.delete(request)) this.#feed({ input: 'httpReply', request, ...reply });
    } catch {
      if (this.#http.delete(request)) this.#feed({ input: 'httpFailed', request });
    }
  }

  async #token(request: number, fresh: boolean): Promise<void> {
    const abort = new AbortController();
    this.#tokens.add(abort);
    const late = new Promise<never>((_, reject) => {
      abort.signal.addEventListener('abort', () => reject(new Error('no token came in time')));
    });
    const stop = this.#hosts.clock.setTimer(() => abort.abort(), TOKEN_MS);
    let input: Input;
    try {
      // What a host product gives is not always what its types say.
      const token: unknown = await Promise.race([this.#live.getToken({ fresh, signal: abort.signal }), late]);
      const given = typeof token === 'string' && token !== '';
      input = given ? { input: 'token', request, token } : { input: 'tokenFailed', request, why: 'denied' };
    } catch {
      input = { input: 'tokenFailed', request, why: 'unavailable' };
    }
    stop();
    this.#tokens.delete(abort);
    this.#feed(input);
  }
}

function base64url(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const base64 = btoa(String.fromCharCode(...bytes));
  return base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
