/** All hooks, by their files. */
export { type Highlight, highlightsOf } from './chats/highlights';
export { type ChatsResult, useChat, useChats, useThread } from './chats/use-chats';
export { type ConnectionStatusResult, useConnectionStatus } from './chats/use-connection-status';
export { useDraft } from './chats/use-draft';
export { type MessageActions, useMessageActions } from './chats/use-message-actions';
export { type MessageHit, type MessageSearchResult, useMessageSearch } from './chats/use-message-search';
export { type OutboxItem, type OutboxResult, useOutbox } from './chats/use-outbox';
export { type AppointmentSource, type Samtale, usePhrases, useSamtale, useSamtaleClient } from './context';
export { useNow } from './store/use-now';
export { useView } from './store/use-view';
