/** What stands under a chat's name, and which words a screen reader gets for the whole row. */
import type { Phrases } from '@samtale/locale';
import type { Chat, Message } from '../../types';

/** The line under the name. */
export interface Preview {
  readonly kind: 'typing' | 'draft' | 'message' | 'deleted' | 'empty';
  readonly text: string;
}

/** Returns what to show: who writes, then a draft, then the newest message. */
export function previewOf(chat: Chat, typing: readonly string[], draft: boolean, phrases: Phrases): Preview {
  if (typing.length > 0) {
    // Between two the name already stands above.
    const named = chat.memberCount > 2 ? typing : [null];
    return { kind: 'typing', text: phrases.typingText(named) };
  }
  const written = oneLine(chat.draft);
  if (draft && written !== '') return { kind: 'draft', text: phrases.t('message-draft', { text: written }) };
  const message = chat.lastMessage;
  if (message === null) return { kind: 'empty', text: phrases.t('ui-chat-no-messages') };
  if (message.deletedAt !== null) return { kind: 'deleted', text: phrases.t('message-deleted') };
  return { kind: 'message', text: said(chat, message, phrases) };
}

function said(chat: Chat, message: Message, phrases: Phrases): string {
  const text = oneLine(message.content);
  if (message.kind !== 'text') return text;
  if (message.isOwn) return phrases.t('message-preview-own', { text });
  if (chat.memberCount <= 2) return text;
  return phrases.t('message-preview-named', { name: firstName(message.senderName), text });
}

/** Returns a person's first name, which is enough where people know each other. */
export function firstName(name: string): string {
  return name.trim().split(/\s+/u)[0] ?? name;
}

/** Returns a text without line breaks, cut where no row could show more of it. */
export function oneLine(text: string): string {
  return text.slice(0, 300).replace(/\s+/gu, ' ').trim();
}

/** Returns when a mute ends, in words; empty where it does not end. */
export function mutedText(muted: Chat['muted'], phrases: Phrases, now?: number | null): string {
  if (muted === false) return '';
  if (muted === true) return phrases.t('ui-chat-muted');
  return phrases.t('ui-chat-muted-until', { time: phrases.timeAgo(muted, now ?? undefined) });
}
