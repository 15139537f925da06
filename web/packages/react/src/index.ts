'use client';
/** `@samtale/react`: the provider and the hooks. The components are in `@samtale/react/ui`. */
export * from './hooks';
export {
  type MessageData,
  MessageQueue,
  type MessageQueueEvent,
  type MessageQueueEvents,
  type MessageQueueOptions,
  type QueuedMessage,
} from './message-queue';
export { may, type Permission } from './model/chats';
export type { Profile, Profiles } from './model/people';
export { problemOf } from './model/problem';
export { SamtaleProvider, type SamtaleProviderProps, type WithClient, type WithOptions } from './provider';
export type * from './types';
