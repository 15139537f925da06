/** Older messages: what the engine has first, then page by page from the server. */
import type { Backend } from './backend';
import type { Command } from './engine';
import type { ClientError } from './errors';
import { PAGE } from './timeline';
import type { Views } from './views';
import type { ChatId, MessageId } from './wire';

/** How long a page may take before it counts as not coming, in milliseconds. */
const PAGE_MS = 15_000;

/** The largest page the server gives. */
const MOST = 200;

/** How often a message is sought again where the way to the server was lost meanwhile. */
const TRIES = 3;

interface World {
  backend(): Backend | null;
  /** Whether a chat's newest state is still on its way: the connection is being made, or the chat joined. */
  coming(chat: ChatId): boolean;
  whenReady(run: () => void, otherwise: (error: ClientError) => void): void;
  issue(command: Command): void;
  setTimer(callback: () => void, ms: number): () => void;
}

/** Loads older messages, one request for each chat at a time. */
export class Pages {
  readonly #views: Views;
  readonly #world: World;
  readonly #loading = new Map<ChatId, Promise<void>>();
  readonly #checks = new Set<() => void>();

  constructor(views: Views, world: World) {
    this.#views = views;
    this.#world = world;
  }

  /** Something changed: those who wait look again. */
  changed(): void {
    for (const check of [...this.#checks]) check();
  }

  /** Shows up to `count` more messages; settles when they are there, or won't come. */
  loadOlder(chat: ChatId, count: number = PAGE): Promise<void> {
    let loading = this.#loading.get(chat);
    if (loading === undefined) {
      loading = this.#older(chat, count).finally(() => this.#loading.delete(chat));
      this.#loading.set(chat, loading);
    }
    return loading;
  }

  /**
   * Grows the timeline's window until it holds a message; false where it can't be reached. A page that
   * was just loaded has no connection yet, so "there is no such message" counts once there is one.
   */
  async reveal(chat: ChatId, id: MessageId): Promise<boolean> {
    if (!(await this.#ready())) return false;
    let tries = 0;
    for (;;) {
      const engine = this.#world.backend();
      if (engine === null) return false;
      if (engine.timelineEntry(chat, id) !== null) return this.#show(chat, id);
      if (await this.#ask(chat, MOST)) {
        tries = 0;
        continue;
      }
      if (tries === TRIES) return false;
      tries += 1;
      if (this.#world.coming(chat)) await this.#until(() => !this.#world.coming(chat));
      else if (this.#world.backend()?.timelineState(chat).hasOlder !== true) return false;
    }
  }

  #show(chat: ChatId, id: MessageId): boolean {
    const cell = this.#views.timeline.of(chat);
    let step = PAGE;
    while (!cell.window.has(id)) {
      if (cell.window.grow(step) === 0) return false;
      step *= 2;
    }
    cell.touch();
    return true;
  }

  async #older(chat: ChatId, count: number): Promise<void> {
    if (!(await this.#ready())) return;
    const cell = this.#views.timeline.of(chat);
    const aim = cell.window.entries.length + count;
    cell.window.grow(count);
    cell.touch();
    while (this.#views.timeline.of(chat).window.entries.length < aim) {
      if (!(await this.#ask(chat, Math.min(MOST, Math.max(PAGE, count))))) break;
    }
    this.#views.timeline.of(chat).touch();
  }

  /** Asks the server for a page; returns whether anything came. */
  async #ask(chat: ChatId, limit: number): Promise<boolean> {
    const engine = this.#world.backend();
    if (engine === null) return false;
    const before = engine.timelineState(chat);
    if (!before.hasOlder) return false;
    this.#world.issue({ command: 'loadOlder', chat, limit });
    await this.#until(() => this.#world.backend()?.timelineState(chat).loadingOlder !== true);
    const after = this.#world.backend()?.timelineState(chat);
    return after !== undefined && after.len > before.len;
  }

  #ready(): Promise<boolean> {
    return new Promise((resolve) => {
      this.#world.whenReady(
        () => resolve(true),
        () => resolve(false),
      );
    });
  }

  /** Waits until something is so, or takes too long. */
  #until(test: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (!test()) return;
        this.#checks.delete(check);
        stop();
        resolve();
      };
      const stop = this.#world.setTimer(() => {
        this.#checks.delete(check);
        resolve();
      }, PAGE_MS);
      this.#checks.add(check);
      check();
    });
  }
}
