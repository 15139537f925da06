/** The server's HTTP API as one of the demo's people: to make things happen, and to see what is true. */
import { randomBytes } from 'node:crypto';

/** A message as the server has it. */
export interface StoredMessage {
  id: string;
  senderId: string;
  content: string;
  createdSeq: number;
  deletedAt?: number;
}

/** A chat in one's list. */
export interface ListedChat {
  id: string;
  title?: string;
  participants: { userId: string; role: string; name?: string }[];
}

export class Api {
  private constructor(
    private readonly url: string,
    private readonly token: string,
    readonly user: string,
  ) {}

  /** Signs in as a demo user. */
  static async as(user: string, url: string): Promise<Api> {
    const answer = await fetch(`${url}/dev/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user }),
    });
    const { token } = (await answer.json()) as { token: string };
    return new Api(url, token, user);
  }

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

  async send(chatId: string, content: string): Promise<string> {
    const id = uuidV7();
    await this.call('POST', '/api/messages', { id, chatId, content });
    return id;
  }

  /** Every message of a chat, the oldest first. */
  async messages(chatId: string): Promise<StoredMessage[]> {
    const all: StoredMessage[] = [];
    for (let before: number | undefined; ; ) {
      const query = before === undefined ? '' : `&before=${before}`;
      const page = await this.call<{ messages: StoredMessage[]; hasMore: boolean }>(
        'GET',
        `/api/chats/${chatId}/messages?limit=100${query}`,
      );
      all.push(...page.messages);
      if (!page.hasMore) return all.sort((a, b) => a.createdSeq - b.createdSeq);
      before = Math.min(...page.messages.map((message) => message.createdSeq));
    }
  }
}

/** Makes an id as a client does. */
export function uuidV7(): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  return bytes.toString('hex').replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
}
