// Generated from the Rust types by `cargo xtask codegen`; not to be edited by hand.

import type {
  Chat,
  ChatId,
  DeviceId,
  DeviceKind,
  Emoji,
  ErrorCode,
  HistoryRule,
  Message,
  MessageId,
  NewParticipant,
  OpId,
  Participant,
  PrivateKey,
  Role,
  SearchHit,
  Seq,
  Status,
  Title,
  UnixMillis,
  UserId,
} from './wire';

/**
 * A moment of the host's monotonic clock, in milliseconds since a start of the host's choosing.
 */
export type Monotonic = number;

/**
 * What the device says of its network.
 */
export type Network = "online" | "slow" | "offline";

/**
 * The connection, in detail.
 */
export type Connection = { 
/**
 * How it stands.
 */
state: ConnectionState, 
/**
 * What the device says of its network.
 */
network: Network, 
/**
 * How many attempts have failed in a row.
 */
attempt: number, 
/**
 * When the next attempt begins.
 */
retryAt: Monotonic | null, 
/**
 * How long the last heartbeat took, in milliseconds.
 */
latencyMs: number | null, 
/**
 * Why it was given up.
 */
failure: Failure | null, };

/**
 * How the connection stands, in the words of the specification.
 */
export type ConnectionState = "idle" | "connecting" | "connected" | "reconnecting" | "degraded" | "offline" | "failed";

/**
 * Why the connection was given up.
 */
export type Failure = "retries_exhausted" | "signed_out" | "wrong_token" | "forbidden" | "unsupported";

/**
 * How the storage stands.
 */
export type StorageState = "loading" | "ready" | "tight" | "memory";

/**
 * A chat, as a list shows it.
 */
export type ChatItem = { 
/**
 * The chat's id.
 */
id: ChatId, 
/**
 * The chat; none while it is being made or is known by its id alone.
 */
chat: Chat | null, 
/**
 * What one is here; none while unknown.
 */
role: Role | null, 
/**
 * The active participants that are known: all in a chat that was opened, some otherwise.
 */
participants: Array<Participant>, 
/**
 * How many are in the chat.
 */
members: number, 
/**
 * The newest message, unsent ones included.
 */
last: Entry | null, 
/**
 * Messages of others that one has not read, counted up to 100.
 */
unread: number, 
/**
 * What stands in the composer.
 */
draft: string | null, 
/**
 * Whether it is muted now, and until when where that is bounded.
 */
muted: Muted | null, 
/**
 * When something was last said, or the chat was made.
 */
activeAt: UnixMillis, 
/**
 * Whether its events come live.
 */
live: boolean, 
/**
 * True until the first content is there: from the store, the network, or an error. A chat
 * beyond `max_joined_chats` is fetched once it is opened.
 */
loading: boolean, 
/**
 * Whether it is still to be made.
 */
making: boolean, 
/**
 * Why it could not be joined.
 */
error: ErrorCode | null, };

/**
 * How a chat is muted.
 */
export type Muted = { 
/**
 * Until when; none: for good.
 */
until: UnixMillis | null, };

/**
 * A message in a timeline, as it is to be shown: with what is under way already applied.
 */
export type Entry = { 
/**
 * Its place.
 */
position: Position, 
/**
 * The message. An unsent one has seqs of zero and the time it was queued.
 */
message: Message, 
/**
 * Whether it is one's own.
 */
own: boolean, 
/**
 * How far it has come.
 */
state: EntryState, 
/**
 * What is being changed about it.
 */
pending: PendingChange | null, 
/**
 * The reactions, the most frequent first.
 */
reactions: Array<ReactionGroup>, 
/**
 * The message it answers, where it is known.
 */
quoted: Message | null, };

/**
 * The place of an entry in its timeline. Positions are ordered; no two entries share one.
 */
export type Position = { "of": "sent", "at": number } | { "of": "unsent", "at": number };

/**
 * How far a message has come.
 */
export type EntryState = { "status": "sending" } | { "status": "sent" } | { "status": "delivered" } | { "status": "read" } | { "status": "failed", 
/**
 * Why.
 */
code: ErrorCode, } | { "status": "expired" };

/**
 * What is being changed about a message that the server has.
 */
export type PendingChange = { 
/**
 * The op, for `Retry` and `Cancel`.
 */
op: OpId, 
/**
 * What.
 */
kind: ChangeKind, 
/**
 * How it stands.
 */
state: ChangeState, };

/**
 * A kind of change.
 */
export type ChangeKind = "edit" | "delete";

/**
 * How a change of a message stands.
 */
export type ChangeState = { "status": "sending" } | { "status": "failed", 
/**
 * Why.
 */
code: ErrorCode, } | { "status": "expired" };

/**
 * One emoji under a message.
 */
export type ReactionGroup = { 
/**
 * The emoji.
 */
emoji: Emoji, 
/**
 * How many have set it.
 */
count: number, 
/**
 * Whether oneself has.
 */
mine: boolean, 
/**
 * Those who are known to have set it, by id; fewer than `count` where there are many.
 */
users: Array<UserId>, };

/**
 * The outbox.
 */
export type OutboxView = { 
/**
 * The ops, chat by chat, in order; those that failed after those that wait.
 */
items: Array<OutboxItem>, 
/**
 * Their size together, in bytes.
 */
bytes: number, 
/**
 * How many ops there may be.
 */
maxItems: number, 
/**
 * How many bytes they may have together.
 */
maxBytes: number, };

/**
 * An op in the outbox, for a viewer of the queue.
 */
export type OutboxItem = { 
/**
 * The op; a message's id for a send.
 */
op: OpId, 
/**
 * The chat.
 */
chat: ChatId, 
/**
 * The op's name on the wire.
 */
kind: string, 
/**
 * The message it is about.
 */
message: MessageId | null, 
/**
 * When it was queued.
 */
queuedAt: UnixMillis, 
/**
 * How it stands.
 */
state: OutboxState, 
/**
 * How often it has been sent.
 */
attempts: number, 
/**
 * Its size, in bytes of JSON.
 */
bytes: number, };

/**
 * How an op stands in the outbox.
 */
export type OutboxState = { "status": "waiting" } | { "status": "sending" } | { "status": "delayed", 
/**
 * When.
 */
until: Monotonic, } | { "status": "failed", 
/**
 * Why.
 */
code: ErrorCode, } | { "status": "expired" };

/**
 * A search and what it has found.
 */
export type SearchView = { 
/**
 * The words.
 */
query: string, 
/**
 * The chat it is restricted to.
 */
chat: ChatId | null, 
/**
 * How it stands.
 */
state: SearchState, 
/**
 * Whether these are hits of the cache alone, found without the server.
 */
offline: boolean, 
/**
 * The hits, the newest first.
 */
hits: Array<SearchHit>, 
/**
 * Whether there are more.
 */
hasMore: boolean, };

/**
 * How a search stands.
 */
export type SearchState = { "status": "searching" } | { "status": "done" } | { "status": "failed", 
/**
 * Why.
 */
code: ErrorCode, };

/**
 * What an engine has counted since its birth. It holds no ids and no content.
 */
export type Metrics = { 
/**
 * The connection.
 */
connection: ConnectionMetrics, 
/**
 * Messages and other ops.
 */
messages: MessageMetrics, 
/**
 * What the person did.
 */
behaviour: BehaviourMetrics, };

/**
 * Numbers of the connection.
 */
export type ConnectionMetrics = { 
/**
 * Sockets that were to be opened.
 */
attempts: number, 
/**
 * Those that became live.
 */
successes: number, 
/**
 * Live ones that were lost.
 */
losses: number, 
/**
 * Times that HTTP took over.
 */
fallbacks: number, 
/**
 * Heartbeats answered.
 */
heartbeats: number, 
/**
 * The sum of their latencies, in milliseconds.
 */
latencySumMs: number, 
/**
 * The greatest of them.
 */
latencyMaxMs: number, 
/**
 * Answers to other pushes.
 */
replies: number, 
/**
 * The sum of the times they took, in milliseconds.
 */
replySumMs: number, 
/**
 * How long each kind of network lasted, in milliseconds.
 */
networkMs: { [key in Network]?: number }, 
/**
 * Gaps in what came, each filled by one sync.
 */
gaps: number, 
/**
 * Resets.
 */
resets: number, };

/**
 * Numbers of messages and other ops.
 */
export type MessageMetrics = { 
/**
 * Ops queued.
 */
queued: number, 
/**
 * Ops the server has.
 */
acknowledged: number, 
/**
 * Ops refused for good.
 */
failed: number, 
/**
 * Ops given up or folded into others.
 */
cancelled: number, 
/**
 * Ops that went out more than once, counted each further time.
 */
retries: number, 
/**
 * Refusals and silences, by code (`timeout` and `disconnected` beside the wire's).
 */
causes: { [key in string]: number }, 
/**
 * Own messages that reached every other participant's device.
 */
delivered: number, 
/**
 * Requests that carried ops.
 */
requests: number, 
/**
 * The sum of the times from queue to acknowledgement, in milliseconds.
 */
waitSumMs: number, 
/**
 * Messages of others received.
 */
received: number, };

/**
 * Numbers of what the person did.
 */
export type BehaviourMetrics = { 
/**
 * Spells of writing.
 */
typingSpells: number, 
/**
 * Changes of one's own status.
 */
statusChanges: number, 
/**
 * Chats opened.
 */
chatsOpened: number, 
/**
 * Commands, by name.
 */
commands: { [key in string]: number }, };

/**
 * Something that happened. It holds no words and no token.
 */
export type LogEntry = { 
/**
 * When.
 */
at: UnixMillis, 
/**
 * What, by a stable name.
 */
event: string, 
/**
 * Where, if it is about a chat.
 */
chat: ChatId | null, 
/**
 * The refusal, if it is one.
 */
code: ErrorCode | null, };

/**
 * How an engine is to behave; all times are milliseconds, and what is absent has its
 * default.
 */
export type Config = { 
/**
 * Whose engine it is; a token with another `sub` is refused.
 */
userId: UserId, 
/**
 * The device, shared by its tabs.
 */
deviceId: DeviceId, 
/**
 * What kind of device it is, as presence tells it.
 */
device?: DeviceKind, 
/**
 * Whether a lost connection is sought again without being asked.
 */
enableRetry?: boolean, 
/**
 * How many attempts may fail in a row, while the network is there, before the engine gives up.
 */
maxRetries?: number, 
/**
 * The first bound of the backoff; each further failure doubles it.
 */
retryBaseMs?: number, 
/**
 * The greatest bound of the backoff.
 */
retryCapMs?: number, 
/**
 * How long a connection must hold before earlier failures are forgotten.
 */
healthyAfterMs?: number, 
/**
 * Whether the host says why a handshake was refused. Browsers can't: there a handshake that fails again may be
 * the token's fault, and a fresh one is asked for.
 */
tellsRefusals?: boolean, 
/**
 * How long opening a socket and joining one's own topic may take.
 */
connectTimeoutMs?: number, 
/**
 * How often a heartbeat is sent.
 */
heartbeatIntervalMs?: number, 
/**
 * How long its answer may take before the connection counts as dead.
 */
heartbeatTimeoutMs?: number, 
/**
 * How long the answer to any other push may take.
 */
pushTimeoutMs?: number, 
/**
 * How long before its expiry a token is renewed.
 */
renewAheadMs?: number, 
/**
 * The bound of the random wait before leaving a server that is going away.
 */
drainJitterMs?: number, 
/**
 * After how many failed sockets in a row HTTP is tried; none: never.
 */
httpAfterFailures?: number | null, 
/**
 * How often the list of chats is read over HTTP.
 */
httpPollMs?: number, 
/**
 * How long the server may hold a long poll, in seconds.
 */
httpWaitSecs?: number, 
/**
 * How many chats are joined on the connection, and open ones beyond; the others tell of themselves by `head`.
 */
maxJoinedChats?: number, 
/**
 * How many chats are joined at a time.
 */
joinBatch?: number, 
/**
 * The pause between two such batches.
 */
joinPaceMs?: number, 
/**
 * How many messages a page has.
 */
pageSize?: number, 
/**
 * How many messages are kept of a chat that is not open.
 */
cacheMessages?: number, 
/**
 * How many chats are kept in memory beside the open ones and those with unsent ops.
 */
cacheChats?: number, 
/**
 * How many envelopes are kept aside while a gap is being filled, for each chat.
 */
maxAhead?: number, 
/**
 * Whether anything is stored; without it the engine lives in memory alone.
 */
persist?: boolean, 
/**
 * How long the host may take to store before the engine goes on without.
 */
storageTimeoutMs?: number, 
/**
 * The size past which a stored record is compressed, in bytes.
 */
compressOverBytes?: number, 
/**
 * How many ops go in one request.
 */
batchSize?: number, 
/**
 * How often an op is tried again after the server could not take it, before it fails.
 */
maxOpRetries?: number, 
/**
 * How many unsent ops there may be.
 */
maxOutboxOps?: number, 
/**
 * How many bytes of content they may have together.
 */
maxOutboxBytes?: number, 
/**
 * The age past which an unsent op asks before it goes.
 */
askAfterMs?: number, 
/**
 * Whether one's typing is told.
 */
shareTyping?: boolean, 
/**
 * How long someone must have been writing before it is told.
 */
typingDebounceMs?: number, 
/**
 * The least time between two tellings.
 */
typingThrottleMs?: number, 
/**
 * The pause after which one is no longer writing.
 */
typingStopMs?: number, 
/**
 * Whether one's presence is told.
 */
sharePresence?: boolean, 
/**
 * Whether presence tells which chat or page one is at.
 */
shareLocation?: boolean, 
/**
 * The time without activity after which one is away.
 */
idleTimeoutMs?: number, 
/**
 * How long others' presence is believed after the connection is lost.
 */
presenceGraceMs?: number, 
/**
 * The least time between two receipts of one chat.
 */
receiptIntervalMs?: number, 
/**
 * The pause after which a draft is sent to one's other devices.
 */
draftDebounceMs?: number, };

/**
 * What of the [`Config`] may change while the engine runs; what is absent keeps its value.
 */
export type Settings = { 
/**
 * [`Config::enable_retry`].
 */
enableRetry?: boolean, 
/**
 * [`Config::max_retries`], at most 10,000.
 */
maxRetries?: number, 
/**
 * [`Config::heartbeat_interval_ms`], from a second to five minutes.
 */
heartbeatIntervalMs?: number, 
/**
 * [`Config::batch_size`], from 1 to as many ops as the server takes at once.
 */
batchSize?: number, 
/**
 * [`Config::max_op_retries`], at most 1,000.
 */
maxOpRetries?: number, 
/**
 * [`Config::share_typing`].
 */
shareTyping?: boolean, 
/**
 * [`Config::typing_debounce_ms`], at most a minute.
 */
typingDebounceMs?: number, 
/**
 * [`Config::typing_stop_ms`], from half a second to a minute.
 */
typingStopMs?: number, 
/**
 * [`Config::share_presence`].
 */
sharePresence?: boolean, 
/**
 * [`Config::share_location`].
 */
shareLocation?: boolean, 
/**
 * [`Config::idle_timeout_ms`], from a second to a day.
 */
idleTimeoutMs?: number, 
/**
 * [`Config::http_after_failures`], from 1 to 1,000; null: never.
 */
httpAfterFailures?: number | null, 
/**
 * [`Config::cache_messages`], from 10 to 100,000.
 */
cacheMessages?: number, };

/**
 * Something a person, or the program for them, wants done.
 *
 * Every command takes effect in the view at once; what needs the server is kept until it is there.
 * [`crate::Engine::command`] tells the id of what a command made.
 */
export type Command = { "command": "connect" } | { "command": "disconnect" } | { "command": "reconnect" } | { "command": "openChat", 
/**
 * The chat.
 */
chat: ChatId, } | { "command": "closeChat", 
/**
 * The chat.
 */
chat: ChatId, } | { "command": "send", 
/**
 * The chat.
 */
chat: ChatId, 
/**
 * The words: not blank, at most 10,000 characters.
 */
content: string, 
/**
 * The message it answers, sent or not yet.
 */
replyTo?: MessageId | null, 
/**
 * The message whose thread it goes into.
 */
threadRoot?: MessageId | null, 
/**
 * Its id, where the host made one already: a UUIDv7 of fresh randomness.
 */
id?: MessageId | null, 
/**
 * How often it is tried again after the server could not take it, before it fails; none:
 * as configured.
 */
maxRetries?: number | null, 
/**
 * Whether it is stored until the server has it, as it is by default. False: it lives as
 * long as the program, and leaves without waiting for the storage.
 */
persist?: boolean, } | { "command": "edit", 
/**
 * The chat.
 */
chat: ChatId, 
/**
 * The message.
 */
message: MessageId, 
/**
 * The new words.
 */
content: string, } | { "command": "delete", 
/**
 * The chat.
 */
chat: ChatId, 
/**
 * The message.
 */
message: MessageId, } | { "command": "react", 
/**
 * The chat.
 */
chat: ChatId, 
/**
 * The message.
 */
message: MessageId, 
/**
 * The emoji.
 */
emoji: Emoji, 
/**
 * True to set it, false to take it back.
 */
on: boolean, } | { "command": "retry", 
/**
 * The op; a message's id for a send.
 */
op: OpId, } | { "command": "retryAll" } | { "command": "cancel", 
/**
 * The op; a message's id for a send.
 */
op: OpId, } | { "command": "loadOlder", 
/**
 * The chat.
 */
chat: ChatId, 
/**
 * How many, up to the most that the server gives at once; none: a page as configured.
 */
limit?: number | null, } | { "command": "loadMoreChats" } | { "command": "markRead", 
/**
 * The chat.
 */
chat: ChatId, } | { "command": "typing", 
/**
 * The chat.
 */
chat: ChatId, 
/**
 * True for a key, false once stopped.
 */
on: boolean, } | { "command": "setStatus", 
/**
 * The status.
 */
status?: Status | null, } | { "command": "setLocation", 
/**
 * A page's name, at most 64 bytes.
 */
at?: string | null, } | { "command": "setDraft", 
/**
 * The chat.
 */
chat: ChatId, 
/**
 * The text.
 */
text: string, } | { "command": "mute", 
/**
 * The chat.
 */
chat: ChatId, 
/**
 * Whether, and until when.
 */
mute: Mute, } | { "command": "setPrivate", 
/**
 * The row.
 */
key: PrivateKey, 
/**
 * The value.
 */
value: unknown, } | { "command": "search", 
/**
 * The words; blank ends the search.
 */
query: string, 
/**
 * Only in this chat.
 */
chat?: ChatId | null, } | { "command": "searchMore" } | { "command": "createChat", 
/**
 * Its id, where the host made one already: a UUIDv7 of fresh randomness.
 */
id?: ChatId | null, 
/**
 * The title.
 */
title?: Title | null, 
/**
 * How far back people who are added later see.
 */
history?: HistoryRule, 
/**
 * Who else is in it.
 */
participants: Array<NewParticipant>, } | { "command": "addParticipant", 
/**
 * The chat.
 */
chat: ChatId, 
/**
 * Whom.
 */
user: UserId, 
/**
 * As what.
 */
role: Role, } | { "command": "removeParticipant", 
/**
 * The chat.
 */
chat: ChatId, 
/**
 * Whom.
 */
user: UserId, } | { "command": "leave", 
/**
 * The chat.
 */
chat: ChatId, } | { "command": "setRole", 
/**
 * The chat.
 */
chat: ChatId, 
/**
 * Whom.
 */
user: UserId, 
/**
 * The new role.
 */
role: Role, } | { "command": "updateChat", 
/**
 * The chat.
 */
chat: ChatId, 
/**
 * The new title.
 */
title?: Title | null, 
/**
 * The new history rule.
 */
history?: HistoryRule | null, } | { "command": "configure", 
/**
 * What changes.
 */
settings: Settings, } | { "command": "signOut", 
/**
 * Whether everything stored is deleted, unsent messages included.
 */
wipe: boolean, };

/**
 * Whether a chat is muted.
 */
export type Mute = "off" | "on" | { "until": UnixMillis };

/**
 * What a command made, by its id.
 */
export type Made = { "made": "nothing" } | { "made": "message", "id": MessageId } | { "made": "op", "id": OpId } | { "made": "chat", "id": ChatId };

/**
 * Why a command was refused at once.
 */
export type CommandError = "content_empty" | "content_too_long" | "queue_full" | "unknown_message" | "unknown_op" | "unknown_chat" | "not_yours" | "id_taken" | "bad_setting" | "too_large" | "signed_out";

/**
 * What changed in the view. All changes of one input come together, each at most once, after the
 * state is whole again.
 */
export type Change = { "changed": "connection" } | { "changed": "storage" } | { "changed": "chats" } | { "changed": "chat", 
/**
 * Which.
 */
chat: ChatId, } | { "changed": "timeline", 
/**
 * Which.
 */
chat: ChatId, 
/**
 * The patches, to be applied in order.
 */
patches: Array<TimelinePatch>, } | { "changed": "receipts", 
/**
 * Where.
 */
chat: ChatId, } | { "changed": "typing", 
/**
 * Where.
 */
chat: ChatId, } | { "changed": "presence", 
/**
 * Who.
 */
user: UserId, } | { "changed": "myStatus" } | { "changed": "private", 
/**
 * Which.
 */
key: PrivateKey, } | { "changed": "outbox" } | { "changed": "search" } | { "changed": "op", 
/**
 * The op; a message's id for a send.
 */
op: OpId, 
/**
 * The chat.
 */
chat: ChatId, 
/**
 * What became of it.
 */
outcome: Outcome, } | { "changed": "chatMade", 
/**
 * The chat.
 */
chat: ChatId, 
/**
 * The refusal, if it was refused.
 */
error: ErrorCode | null, } | { "changed": "refused", 
/**
 * Why.
 */
error: CommandError, };

/**
 * A change of one entry of a timeline.
 */
export type TimelinePatch = { "patch": "insert", 
/**
 * The entry.
 */
entry: Entry, } | { "patch": "update", 
/**
 * The entry.
 */
entry: Entry, } | { "patch": "remove", 
/**
 * Its message's id.
 */
id: MessageId, } | { "patch": "reset" };

/**
 * What became of an op.
 */
export type Outcome = { "outcome": "kept" } | { "outcome": "done", 
/**
 * The commit it took effect in.
 */
seq: Seq, } | { "outcome": "failed", 
/**
 * Why.
 */
code: ErrorCode, } | { "outcome": "expired" } | { "outcome": "cancelled" };

/**
 * Something that happened.
 *
 * Every kind can be read from JSON, so that a trace can be saved and replayed, and a fuzzer can
 * make one up.
 */
export type Input = { "input": "timeout" } | { "input": "command" } & Command | { "input": "socketOpened", 
/**
 * Of which socket.
 */
generation: number, } | { "input": "socketText", 
/**
 * On which socket.
 */
generation: number, 
/**
 * The frame.
 */
text: string, } | { "input": "socketClosed", 
/**
 * Which socket.
 */
generation: number, 
/**
 * The close frame's code; none where there was no close frame. A host that sees how the
 * server refused the handshake says 4401 for status 401, 4403 for 403, 4429 for 429.
 */
code?: number | null, } | { "input": "httpReply", 
/**
 * Which request.
 */
request: number, 
/**
 * The status.
 */
status: number, 
/**
 * The body, as text.
 */
body: string, } | { "input": "httpFailed", 
/**
 * Which request.
 */
request: number, } | { "input": "token", 
/**
 * Which request of [`crate::Output::FetchToken`] it answers.
 */
request: number, 
/**
 * The token.
 */
token: string, } | { "input": "tokenFailed", 
/**
 * Which request it answers.
 */
request: number, 
/**
 * Why.
 */
why: TokenError, } | { "input": "loaded", 
/**
 * Which request it answers.
 */
load: number, 
/**
 * The records whose key has one of the prefixes, in any order.
 */
records: Array<RecordJson>, } | { "input": "loadFailed", 
/**
 * Which request it answers.
 */
load: number, } | { "input": "journalled", 
/**
 * Which batch.
 */
batch: number, } | { "input": "persisted", 
/**
 * Which batch.
 */
batch: number, } | { "input": "persistFailed", 
/**
 * Which batch.
 */
batch: number, 
/**
 * Why.
 */
why: StorageError, } | { "input": "network", 
/**
 * To what.
 */
network: Network, } | { "input": "visible", 
/**
 * Whether it is seen now.
 */
visible: boolean, } | { "input": "storageTaken" } | { "input": "activity" };

/**
 * Why the host has no token.
 */
export type TokenError = "unavailable" | "denied";

/**
 * A stored record: opaque bytes under a key. `Debug` tells their number alone.
 */
export type RecordJson = { 
/**
 * The key.
 */
key: string, 
/**
 * The bytes, as they were in [`crate::Write::Put`].
 */
value: Array<number>, };

/**
 * Why a batch could not be stored.
 */
export type StorageError = "quota" | "failed";
