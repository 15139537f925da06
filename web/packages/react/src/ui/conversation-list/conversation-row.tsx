/** One chat in the list: a face, a name, a line of what was said last, and what waits to be read. */
import type { ChatId } from '@samtale/client';
import { BellOff, CircleAlert, Clock, MoreHorizontal } from 'lucide-react';
import { type KeyboardEvent, type MouseEvent, memo } from 'react';
import { useNow, usePhrases, useSamtaleClient, useView } from '../../hooks';
import type { Chat } from '../../types';
import { ChatAvatar } from '../avatar/avatar';
import { classes, VisuallyHidden } from '../primitives';
import { GuardianBadge } from '../role-chip/role-chip';
import { useAfter } from '../use-after';
import styles from './conversation-list.module.css';
import { mutedText, previewOf } from './preview';
import { useLongPress } from './use-long-press';

/** How long a send may take before the row shows a clock, in milliseconds. */
const CLOCK_AFTER_MS = 400;

/** Where a row's menu opens. */
export interface MenuPlace {
  readonly x: number;
  readonly y: number;
}

/** What {@link ConversationRow} takes. */
export interface ConversationRowProps {
  chat: Chat;
  selected: boolean;
  /** Whether it is the list's one tab stop. */
  tabbable: boolean;
  onSelect: (chatId: ChatId) => void;
  onFocus: (chatId: ChatId) => void;
  onMenu: (chat: Chat, place: MenuPlace) => void;
}

/** Shows a chat. Renders only when the chat, who writes in it, or who is there changes. */
export const ConversationRow = memo(function ConversationRow(props: ConversationRowProps) {
  const { chat, selected, tabbable, onSelect, onFocus, onMenu } = props;
  const phrases = usePhrases();
  const now = useNow();
  const client = useSamtaleClient();
  const typing = useView(client.typing(chat.id));
  const other = chat.memberCount <= 2 ? chat.participants.find((person) => !person.isMe) : undefined;
  const known = useView(client.presence(other?.id ?? client.userId));
  const presence = other === undefined ? null : known;
  const names = typing.map((id) => chat.participants.find((person) => person.id === id)?.name ?? '');
  const preview = previewOf(chat, names, !selected, phrases);
  const failed = chat.lastMessage?.status === 'failed' || chat.lastMessage?.change?.status === 'failed';
  const muted = chat.muted !== false;
  const waiting = useAfter(chat.lastMessage?.status === 'sending', CLOCK_AFTER_MS);
  const press = useLongPress((place) => onMenu(chat, place));

  const openMenu = (event: MouseEvent<HTMLButtonElement>) => {
    event.preventDefault();
    const box = event.currentTarget.getBoundingClientRect();
    // The menu key gives no place of its own.
    const byKey = event.clientX === 0 && event.clientY === 0;
    onMenu(chat, byKey ? below(box) : { x: event.clientX, y: event.clientY });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLButtonElement>) => {
    if (event.key !== 'ContextMenu' && !(event.key === 'F10' && event.shiftKey)) return;
    event.preventDefault();
    onMenu(chat, below(event.currentTarget.getBoundingClientRect()));
  };

  return (
    <>
      <button
        type="button"
        className={classes(styles.row, selected && styles.selected, chat.unreadCount > 0 && styles.unread)}
        aria-current={selected ? 'true' : undefined}
        aria-keyshortcuts="Shift+F10"
        tabIndex={tabbable ? 0 : -1}
        data-chat-id={chat.id}
        onClick={press.guard(() => onSelect(chat.id))}
        onFocus={() => onFocus(chat.id)}
        onContextMenu={openMenu}
        onKeyDown={onKeyDown}
        {...press.handlers}
      >
        <ChatAvatar chat={chat} presence={presence?.status} />
        <span className={styles.text}>
          <span className={styles.line}>
            <span className={styles.name} dir="auto">
              {chat.name}
            </span>
            {chat.guardianCanRead ? <GuardianBadge compact /> : null}
            {muted ? <BellOff className={styles.mark} aria-hidden="true" /> : null}
            <time className={styles.time} dateTime={chat.lastActivityAt.toISOString()}>
              {now === null ? '' : phrases.listTime(chat.lastActivityAt, now)}
            </time>
          </span>
          <span className={styles.line}>
            <span className={classes(styles.preview, styles[preview.kind])} dir="auto">
              {preview.text}
            </span>
            {waiting ? <Clock className={styles.mark} aria-hidden="true" /> : null}
            {failed ? <CircleAlert className={styles.failure} aria-hidden="true" /> : null}
            {chat.unreadCount > 0 ? (
              <span className={classes(styles.badge, muted && styles.quiet)} aria-hidden="true">
                {chat.unreadCount > 99 ? '99+' : chat.unreadCount}
              </span>
            ) : null}
          </span>
          <VisuallyHidden>
            {[
              presence ? phrases.status(presence.status) : '',
              unreadText(chat.unreadCount, phrases),
              waiting ? phrases.delivery('sending') : '',
              failed ? phrases.t('ui-chat-failed') : '',
              mutedText(chat.muted, phrases, now),
            ]
              .filter(Boolean)
              .map((words) => (
                <span key={words}> {words}.</span>
              ))}
          </VisuallyHidden>
        </span>
      </button>
      <button
        type="button"
        className={styles.more}
        tabIndex={-1}
        aria-label={phrases.t('ui-chat-options', { name: chat.name })}
        aria-haspopup="menu"
        onClick={(event) => onMenu(chat, below(event.currentTarget.getBoundingClientRect()))}
      >
        <MoreHorizontal aria-hidden="true" />
      </button>
    </>
  );
});

/** Returns how much is unread, in words; empty for nothing. */
function unreadText(count: number, phrases: ReturnType<typeof usePhrases>): string {
  if (count === 0) return '';
  return count > 99 ? phrases.t('unread-over', { count: 99 }) : phrases.t('unread', { count });
}

function below(box: DOMRect): MenuPlace {
  return { x: box.left + Math.min(box.width / 2, 160), y: box.bottom - 8 };
}
