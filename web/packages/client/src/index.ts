/**
 * `@samtale/client`: conversations without a framework. {@link createClient} makes a client; what it
 * shows are views, what it does are methods.
 */
export type * from './api';
export { createClient } from './client';
export type {
  ChangeKind,
  ChangeState,
  ChatItem,
  CommandError,
  Config,
  Connection,
  ConnectionState,
  Entry,
  EntryState,
  Failure,
  LogEntry,
  Metrics,
  Muted,
  Network,
  OutboxItem,
  OutboxState,
  OutboxView,
  PendingChange,
  Position,
  ReactionGroup,
  SearchState,
  SearchView,
  StorageState,
} from './engine';
export { ClientError } from './errors';
export type { Samtale } from './inspect';
export { VERSION } from './version';
export type {
  Chat,
  ChatId,
  ChatSummary,
  DeviceId,
  DeviceKind,
  Emoji,
  ErrorCode,
  HistoryRule,
  Message,
  MessageId,
  MessageKind,
  NewParticipant,
  OpId,
  Participant,
  Presence,
  PrivateKey,
  Receipt,
  ReceiptSummary,
  Role,
  SearchHit,
  Seq,
  Status,
  UnixMillis,
  UserId,
} from './wire';
