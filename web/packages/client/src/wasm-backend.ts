/** The engine in WebAssembly, as views and commands use it: JSON read, clocks told. */
import type { ClockHost, Receipts } from './api';
import type { Backend, TimelineState } from './backend';
import type { Command, Input, Made, Position } from './engine';
import type { WasmEngine } from './wasm/samtale';

/** What the driver hands in beside JSON. */
export interface WasmBackend extends Backend {
  input(input: Input): void;
  loaded(load: number, keys: string[], values: Uint8Array[]): void;
}

/** Reads an engine. */
export function wasmBackend(engine: WasmEngine, clock: ClockHost, flush: () => void): WasmBackend {
  const now = (): [number, number] => [clock.mono(), clock.unix()];
  return {
    input: (input: Input) => engine.input(...now(), JSON.stringify(input)),
    loaded: (load, keys, values) => engine.loaded(...now(), load, keys, values),
    command: (command: Command): Made => JSON.parse(engine.command(...now(), JSON.stringify(command))),
    flush,
    connection: () => JSON.parse(engine.connection()),
    storage: () => JSON.parse(engine.storage()),
    chats: () => JSON.parse(engine.chats()),
    hasMoreChats: () => engine.hasMoreChats(),
    chatsLoading: () => engine.chatsLoading(),
    chat: (chat) => JSON.parse(engine.chat(chat)),
    timelineNewest: (chat, count) => JSON.parse(engine.timelineNewest(chat, count)),
    timelineBefore: (chat, position: Position, count) =>
      JSON.parse(engine.timelineBefore(chat, JSON.stringify(position), count)),
    timelineEntry: (chat, id) => JSON.parse(engine.timelineEntry(chat, id)),
    timelineState: (chat): TimelineState => JSON.parse(engine.timelineState(chat)),
    thread: (chat, root) => JSON.parse(engine.thread(chat, root)),
    participant: (chat, user) => JSON.parse(engine.participant(chat, user)),
    receipts: (chat): Receipts => JSON.parse(engine.receipts(chat)),
    typing: (chat) => JSON.parse(engine.typing(chat)),
    presences: () => JSON.parse(engine.presences()),
    presence: (user) => JSON.parse(engine.presence(user)),
    myStatus: () => JSON.parse(engine.myStatus()),
    privateRow: (key) => JSON.parse(engine.private(key)),
    outbox: () => JSON.parse(engine.outbox()),
    search: () => JSON.parse(engine.search()),
    metrics: () => JSON.parse(engine.metrics()),
    log: () => JSON.parse(engine.log()),
  };
}
