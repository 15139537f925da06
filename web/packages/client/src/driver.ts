/**
 * The run loop: one engine after another (a frozen page ends one), each with its hosts. After every
 * input the outputs are drained, the timer is set, and the changes are told together.
 */
import type {
  ClientOptions,
  Hosts,
  StorageArea,
  StorageWrite,
  StoredRecord,
  Tabs,
  TokenRequest,
} from './api';
import type { Driver, Sink } from './backend';
import type { Change, Config, Input } from './engine';
import { toError } from './errors';
import { deviceKind } from './hosts/page';
import { nodeSocket } from './hosts/socket';
import { loadEngine } from './load';
import { Requests } from './requests';
import { TabStore } from './tabstore';
import type { EngineOutput, WasmEngine } from './wasm/samtale';
import { type WasmBackend, wasmBackend } from './wasm-backend';

/** How long a page that is back waits for what it had stored, before it shows without, in milliseconds. */
const REREAD_MS = 1_000;
/** When a tab tries again to take over what it could not, in milliseconds. */
const ADOPT_AGAIN_MS = 60_000;

/** What may change while a client lives: a component may hand in another function at each render. */
export interface Live {
  getToken: (request: TokenRequest) => Promise<string | null>;
}

/** One engine with its hosts, from its birth to its end. */
interface Life {
  engine: WasmEngine;
  backend: WasmBackend;
  tabs: Tabs;
  /** Null where nothing is to be stored; rejects where nothing can be. */
  store: Promise<TabStore> | null;
  requests: Requests;
  /** Loads that are not answered. */
  loads: Set<number>;
  ends: (() => void)[];
}

/** Drives the engine in WebAssembly. */
export function createDriver(options: ClientOptions, live: Live, hosts: Hosts): Driver {
  const { clock } = hosts;
  const base = options.url.replace(/\/+$/, '');
  const name = `samtale ${base} ${options.userId}`;
  const persist = options.persist ?? true;
  let sink: Sink | null = null;
  let life: Life | null = null;
  /** Counts births and ends, so that what comes late is passed over. */
  let era = 0;
  let stopped = false;
  let watching = options.detectNetwork ?? true;
  let stopNetwork: (() => void) | null = null;
  let stopPage: (() => void) | null = null;
  let askedToPersist = false;
  let visible = true;
  let draining = false;
  const inputs: Input[] = [];
  let timer: { at: number; stop: () => void } | null = null;
  let atRest: (() => void) | null = null;

  // ---- birth and end ----

  async function begin(first: boolean): Promise<void> {
    era += 1;
    const mine = era;
    const joining = hosts.tabs(name);
    const opening = persist ? hosts.storage(name) : null;
    // Whoever waits for it hears of a failure; it is no error of its own.
    opening?.catch(() => {});
    try {
      const [EngineOf, tabs] = await Promise.all([loadEngine(options.wasm ?? null), joining]);
      if (mine === era) {
        const engine = new EngineOf(config(tabs), hosts.randomSeed(), clock.mono(), clock.unix());
        born(engine, tabs, opening, first);
        return;
      }
    } catch (error) {
      if (mine === era) fail(error);
    }
    // It ended before it began.
    joining.then((tabs) => tabs.close()).catch(() => {});
    opening?.then((area) => area.close()).catch(() => {});
  }

  function born(engine: WasmEngine, tabs: Tabs, opening: Promise<StorageArea> | null, first: boolean): void {
    const store = opening?.then((area) => new TabStore(area, tabs)) ?? null;
    store?.catch(() => {});
    const current: Life = {
      engine,
      backend: wasmBackend(engine, clock, drain),
      tabs,
      store,
      requests: new Requests(base, hosts, live, (input) => {
        if (life === current) feed(input);
      }),
      loads: new Set(),
      ends: [],
    };
    life = current;
    tabs.onWriter(() => life === current && feed({ input: 'storageTaken' }));
    tabs.onSignOut((wipe) => life === current && sink?.signedOut(wipe));
    watchNetwork();
    stopPage ??= hosts.page({
      visible(now) {
        visible = now;
        feed({ input: 'visible', visible });
      },
      activity: () => feed({ input: 'activity' }),
      suspend,
      resume: () => life === null && !stopped && sink !== null && void begin(false),
    }).stop;
    feed({ input: 'visible', visible });
    for (const command of sink?.standing() ?? []) {
      guarded(
        () => void current.backend.command(command),
        () => sink?.refused(command),
      );
    }
    if (first) sink?.ready(current.backend);
    drain();
    if (!first) whenReread(current);
    if (store !== null) void adoptOrphans(current, store);
  }

  /** A page that is back keeps what it shows until the new engine has read the store. */
  function whenReread(current: Life): void {
    const ready = () => {
      stop();
      atRest = null;
      if (life === current) {
        sink?.ready(current.backend);
        drain();
      }
    };
    const stop = clock.setTimer(ready, REREAD_MS);
    current.ends.push(stop);
    atRest = ready;
    if (current.loads.size === 0) ready();
  }

  function suspend(): void {
    if (life === null) era += 1;
    sink?.paused();
    end();
  }

  function end(keepStore = false): void {
    const ended = life;
    if (ended === null) return;
    life = null;
    era += 1;
    inputs.length = 0;
    timer?.stop();
    timer = null;
    atRest = null;
    stopNetwork?.();
    stopNetwork = null;
    for (const stop of ended.ends) stop();
    ended.requests.close();
    ended.tabs.close();
    if (!keepStore) closeStore(ended.store);
    // Not while it is on the stack.
    queueMicrotask(() => ended.engine.free());
  }

  function closeStore(store: Life['store']): void {
    store?.then((area) => area.close()).catch(() => {});
  }

  function fail(error: unknown): void {
    end();
    stopped = true;
    stopPage?.();
    stopPage = null;
    sink?.failed(toError(error));
  }

  // ---- the loop ----

  function feed(input: Input): void {
    if (life === null) return;
    inputs.push(input);
    drain();
  }

  /** What throws here without a code is a broken engine; with one, something it can't read or refuses. */
  function guarded(run: () => void, refused?: () => void): void {
    try {
      run();
    } catch (error) {
      if (typeof error === 'object' && error !== null && 'code' in error) refused?.();
      else fail(error);
    }
  }

  function drain(): void {
    if (draining || life === null) return;
    draining = true;
    const changes: Change[] = [];
    try {
      for (let more = true; more && life !== null; ) {
        const current: Life = life;
        let output = current.engine.poll();
        while (output !== undefined && life === current) {
          perform(current, output, changes);
          output = current.engine.poll();
        }
        const input = inputs.shift();
        more = input !== undefined;
        if (input !== undefined && life === current) guarded(() => current.backend.input(input));
      }
      schedule();
    } catch (error) {
      fail(error);
    } finally {
      draining = false;
    }
    if (changes.length > 0) sink?.changed(changes);
    // Those who were told may have asked for something.
    if (inputs.length > 0) drain();
  }

  function schedule(): void {
    if (life === null) return;
    const at = life.engine.timeout();
    if (at === timer?.at) return;
    timer?.stop();
    timer = null;
    if (at === undefined) return;
    const stop = clock.setTimer(
      () => {
        timer = null;
        feed({ input: 'timeout' });
      },
      Math.max(0, at - clock.mono()),
    );
    timer = { at, stop };
  }

  function perform(current: Life, output: EngineOutput, changes: Change[]): void {
    switch (output.output) {
      case 'changed':
        changes.push(JSON.parse(output.change));
        break;
      case 'load':
        void load(current, output.load, output.prefixes);
        break;
      case 'persist':
        void store(current, output.batch, output.writes, output.journal);
        break;
      case 'wipe':
        void current.store?.then((area) => area.wipe()).catch(() => {});
        break;
      default:
        current.requests.perform(output);
    }
  }

  // ---- storage ----

  async function load(current: Life, number: number, prefixes: string[]): Promise<void> {
    current.loads.add(number);
    let records: StoredRecord[] | null = null;
    try {
      records = (await (await current.store)?.load(prefixes)) ?? [];
    } catch {
      records = null;
    }
    current.loads.delete(number);
    if (life !== current) return;
    if (records === null) feed({ input: 'loadFailed', load: number });
    else give(current, number, records);
    if (current.loads.size === 0) atRest?.();
  }

  function give(current: Life, number: number, records: StoredRecord[]): void {
    const keys = records.map(({ key }) => key);
    const values = records.map(({ value }) => value);
    guarded(() => current.backend.loaded(number, keys, values));
    drain();
  }

  async function store(
    current: Life,
    batch: number,
    writes: StorageWrite[],
    journal: boolean,
  ): Promise<void> {
    const area = ready.get(current);
    if (journal && area?.journal(batch, writes)) inputs.push({ input: 'journalled', batch });
    try {
      if (area !== undefined) await area.write(batch, writes);
      else await (await current.store)?.write(batch, writes);
      if (life === current) feed({ input: 'persisted', batch });
    } catch (error) {
      const quota = error instanceof Error && error.name === 'QuotaExceededError';
      if (life === current) feed({ input: 'persistFailed', batch, why: quota ? 'quota' : 'failed' });
    }
  }

  /** Stores that are open: what goes into the journal must go at once. */
  const ready = new WeakMap<Life, TabStore>();

  async function adoptOrphans(current: Life, opening: Promise<TabStore>): Promise<void> {
    try {
      const area = await opening;
      ready.set(current, area);
      current.tabs.onGone(async (tab) => {
        while (life === current) {
          try {
            await area.takeOver(tab, (records) => life === current && give(current, 0, records));
            return;
          } catch {
            // The store takes nothing now: what the tab left stays where it is until it does.
            await new Promise<void>((done) => {
              current.ends.push(clock.setTimer(done, ADOPT_AGAIN_MS));
            });
          }
        }
      });
      for (const tab of await area.others()) current.tabs.watch(tab);
    } catch {
      // Without a store there is nothing to adopt.
    }
  }

  // ---- the rest ----

  function config(tabs: Tabs): string {
    const { settings } = options;
    const made: Config = {
      ...settings,
      userId: options.userId,
      deviceId: tabs.deviceId,
      device: deviceKind(),
      persist,
      tellsRefusals: hosts.socket === nodeSocket,
    };
    return JSON.stringify(made);
  }

  function watchNetwork(): void {
    stopNetwork?.();
    stopNetwork = null;
    if (life === null) return;
    if (watching) stopNetwork = hosts.network((network) => feed({ input: 'network', network })).stop;
    else feed({ input: 'network', network: 'online' });
  }

  return {
    start(given) {
      sink = given;
      stopped = false;
      void begin(true);
    },
    async stop({ wipe, tell }) {
      stopped = true;
      stopPage?.();
      if (tell) life?.tabs.signOut(wipe);
      const opened = life?.store ?? null;
      // The engine writes no more, whatever still happens to it.
      end(true);
      era += 1;
      if (wipe && persist) await empty(opened);
      closeStore(opened);
    },
    sentOffline() {
      if (askedToPersist || !persist || typeof navigator === 'undefined') return;
      askedToPersist = true;
      navigator.storage?.persist?.().catch(() => {});
    },
    detectNetwork(on) {
      watching = on;
      watchNetwork();
    },
    unix: () => clock.unix(),
    setTimer: (callback, ms) => clock.setTimer(callback, ms),
  };

  /** Deletes what is stored, also where no engine was ever started. */
  async function empty(opened: Promise<TabStore> | null): Promise<void> {
    try {
      if (opened !== null) return await (await opened).wipe();
      const area = await hosts.storage(name);
      area.journal?.wipe();
      await area.wipe();
      area.close();
    } catch {
      // Where nothing can be stored, nothing is.
    }
  }
}
