/** Someone who uses the chat itself: what they do over HTTP is what the channels tell of. */
import { uuidV7 } from '../../tests/support/api';
import { userToken } from './tokens';

/** A message as the HTTP API has it. */
export interface Message {
  id: string;
  chatId: string;
  senderId: string;
  content: string;
  seq: number;
  createdSeq: number;
  createdAt: number;
}

/** Someone in a chat. */
export interface Participant {
  userId: string;
  role?: string;
}

export class Person {
  constructor(
    private readonly url: string,
    readonly user: string,
    readonly token = userToken(user),
  ) {}

  /** Makes a request; a refusal is an error with what the server said. */
  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(this.url + path, {
      method,
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }

  /** Makes a chat with others, in which they are students unless it says otherwise. */
  async chat(
    others: readonly (string | Participant)[],
    more: { title?: string; history?: string } = {},
  ): Promise<string> {
    const participants = others.map((other) => (typeof other === 'string' ? { userId: other } : other));
    const { id } = await this.call<{ id: string }>('POST', '/api/chats', { ...more, participants });
    return id;
  }

  send(chatId: string, content: string, more: { replyTo?: string } = {}): Promise<Message> {
    return this.call('POST', '/api/messages', { id: uuidV7(), chatId, content, ...more });
  }

  edit(messageId: string, content: string): Promise<Message> {
    return this.call('PUT', `/api/messages/${messageId}`, { content });
  }

  async remove(messageId: string): Promise<void> {
    await this.call('DELETE', `/api/messages/${messageId}`);
  }

  async add(chatId: string, userId: string, role = 'student'): Promise<void> {
    await this.call('POST', `/api/chats/${chatId}/participants`, { userId, role });
  }

  async setRole(chatId: string, userId: string, role: string): Promise<void> {
    await this.call('PATCH', `/api/chats/${chatId}/participants/${userId}`, { role });
  }

  /** Removes someone from a chat; oneself, to leave. */
  async dismiss(chatId: string, userId: string): Promise<void> {
    await this.call('DELETE', `/api/chats/${chatId}/participants/${userId}`);
  }

  async retitle(chatId: string, title: string): Promise<void> {
    await this.call('PATCH', `/api/chats/${chatId}`, { title });
  }
}
