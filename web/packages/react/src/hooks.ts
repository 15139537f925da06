/** All hooks, by their files. */
export { type Highlight, highlightsOf } from './chats/highlights';
export { type ChatsResult, useChat, useChats, useThread } from './chats/use-chats';
export { type ConnectionStatusResult, useConnectionStatus } from './chats/use-connection-status';
export { useDraft } from './chats/use-draft';
export { type MessageActions, useMessageActions } from './chats/use-message-actions';
export { type MessageHit, type MessageSearchResult, useMessageSearch } from './chats/use-message-search';
export { type OutboxItem, type OutboxResult, useOutbox } from './chats/use-outbox';
export { type AppointmentSource, type Samtale, usePhrases, useSamtale, useSamtaleClient } from './context';
export type { Channel } from './realtime/channel';
export type { AddChatEventListener, ChatEvents, ChatEventType, ReadEvent } from './realtime/chat-events';
export type { ConnectionMetrics, MessageAnalytics } from './realtime/metrics';
export type { ChatStatistics } from './realtime/statistics';
export {
  type RealtimeChatOptions,
  type RealtimeChatResult,
  useRealtimeChat,
} from './realtime/use-realtime-chat';
export {
  type RealtimeConnectionOptions,
  type RealtimeConnectionResult,
  useRealtimeConnection,
} from './realtime/use-realtime-connection';
export {
  type RealtimeMessagesOptions,
  type RealtimeMessagesResult,
  useRealtimeMessages,
} from './realtime/use-realtime-messages';
export {
  type TypingIndicatorOptions,
  type TypingIndicatorResult,
  type TypingInput,
  useTypingIndicator,
} from './realtime/use-typing-indicator';
export {
  type UserPresenceOptions,
  type UserPresenceResult,
  useUserPresence,
} from './realtime/use-user-presence';
export { useNow } from './store/use-now';
export { useView } from './store/use-view';
