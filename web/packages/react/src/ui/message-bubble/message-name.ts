/** What a screen reader says of a message, in one go. */
import type { Phrases } from '@samtale/locale';
import type { Message } from '../../types';

/** Returns the sender, the time, the words, and what there is to know of it: "Du, i dag kl. 14:05: Hei. Lest." */
export function nameOfMessage(message: Message, isOwn: boolean, phrases: Phrases): string {
  const { t } = phrases;
  const deleted = message.deletedAt !== null;
  const parts = [
    t('ui-message-name', {
      name: isOwn ? t('message-you') : message.senderName,
      time: phrases.clock(message.createdAt),
      text: deleted ? t('message-deleted') : message.content,
    }),
  ];
  if (message.replyTo !== null && !deleted)
    parts.push(t('message-reply-to', { name: message.replyTo.senderName }));
  if (message.editedAt !== null && !deleted) parts.push(t('message-edited'));
  const reactions = message.reactions.reduce((sum, reaction) => sum + reaction.count, 0);
  if (reactions > 0) parts.push(t('message-reactions', { count: reactions }));
  if (message.threadCount > 0) parts.push(t('message-replies', { count: message.threadCount }));
  if (isOwn && !deleted) parts.push(phrases.delivery(message.status));
  return parts.join('. ');
}
