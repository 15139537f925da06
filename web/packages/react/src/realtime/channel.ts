/** A chat as a channel: its events and a way to send, for code that thinks in topics. */
import type { ChatId, SendOptions, Sent } from '@samtale/client';
import type { AppointmentSource } from '../context';
import type { Model } from '../model/model';
import { quiet } from '../store/quiet';
import { memo } from '../store/views';
import { type ChatEvents, type ChatEventType, chatEventListeners } from './chat-events';

/** A chat's channel. The methods need no `this`. */
export interface Channel {
  /** `chat:<id>`. */
  readonly topic: string;
  readonly chatId: ChatId;
  /** Calls back with each event of a kind; returns the function that ends it. */
  readonly on: <K extends ChatEventType>(type: K, listener: (event: ChatEvents[K]) => void) => () => void;
  /** Ends what `on` began with the same listener. */
  readonly off: <K extends ChatEventType>(type: K, listener: (event: ChatEvents[K]) => void) => void;
  /** Sends a message. */
  readonly send: (content: string, options?: SendOptions) => Promise<Sent>;
  /** Ends all that `on` began. */
  readonly close: () => void;
}

const PREFIX = 'chat:';

/** Makes the function that gives channels: the same one for the same chat. */
export function channels(model: Model, appointments: AppointmentSource | null): (topic: string) => Channel {
  const make = memo((chatId: ChatId) => channel(model, chatId, appointments));
  return (topic) => make(topic.startsWith(PREFIX) ? topic.slice(PREFIX.length) : topic);
}

function channel(model: Model, chatId: ChatId, appointments: AppointmentSource | null): Channel {
  const { client } = model;
  const listen = chatEventListeners(model, chatId, appointments);
  const ends = new Map<ChatEventType, Map<unknown, () => void>>();
  let close: (() => void) | null = null;

  const end = (type: ChatEventType, listener: unknown): void => {
    const ofType = ends.get(type);
    ofType?.get(listener)?.();
    ofType?.delete(listener);
    if (ofType?.size === 0) ends.delete(type);
    if (ends.size > 0) return;
    close?.();
    close = null;
  };

  return Object.freeze<Channel>({
    topic: `${PREFIX}${chatId}`,
    chatId,
    on: (type, listener) => {
      // While somebody listens the chat is joined, however long ago it was last active.
      close ??= client.openChat(chatId);
      const ofType = ends.get(type) ?? new Map<unknown, () => void>();
      ends.set(type, ofType);
      if (!ofType.has(listener)) ofType.set(listener, listen(type, listener));
      return () => end(type, listener);
    },
    off: end,
    send: (content, options) => quiet(() => client.send(chatId, content, options).done),
    close: () => {
      for (const [type, ofType] of [...ends]) for (const listener of [...ofType.keys()]) end(type, listener);
    },
  });
}
