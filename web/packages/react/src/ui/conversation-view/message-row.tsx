/** One row of the list: the day that begins, the unread line, the message. Everything it takes is stable. */
import type { MessageId } from '@samtale/client';
import { memo } from 'react';
import { useNow, usePhrases } from '../../hooks';
import type { Message } from '../../types';
import { MessageBubble } from '../message-bubble/message-bubble';
import styles from './message-list.module.css';
import type { GroupPosition } from './rows';

/** What {@link MessageRow} takes. */
export interface MessageRowProps {
  message: Message;
  position: GroupPosition;
  /** Whether a day begins here. */
  newDay: boolean;
  /** How many the unread line tells; 0: no line. */
  unread: number;
  showName: boolean;
  showAvatar: boolean | 'reserve';
  showStatus: boolean;
  showThread: boolean;
  readOnly: boolean;
  arriving: boolean;
  flash: boolean;
  tabStop: boolean;
  onReply: ((message: Message) => void) | undefined;
  onEdit: ((message: Message) => void) | undefined;
  onOpenThread: ((rootId: MessageId) => void) | undefined;
  onJump: (id: MessageId) => void;
}

const STOP = { tabIndex: 0 } as const;
const NO_STOP = { tabIndex: -1 } as const;

/** See the file's head. */
export const MessageRow = memo(function MessageRow({ newDay, unread, tabStop, ...bubble }: MessageRowProps) {
  const { position } = bubble;
  return (
    <div className={styles.row} data-position={position}>
      {newDay ? <DayLine date={bubble.message.createdAt} /> : null}
      {unread > 0 ? <UnreadLine count={unread} /> : null}
      <MessageBubble {...bubble} isOwn={bubble.message.isOwn} listItem={tabStop ? STOP : NO_STOP} />
    </div>
  );
});

function DayLine({ date }: { date: Date }) {
  const { daySeparator } = usePhrases();
  const now = useNow();
  return (
    <div className={styles.dayLine}>
      <span className={styles.day}>{daySeparator(date, now ?? date)}</span>
    </div>
  );
}

function UnreadLine({ count }: { count: number }) {
  const { t } = usePhrases();
  return (
    <div className={styles.unreadLine}>
      <span className={styles.unreadWords}>
        {count >= 100 ? t('unread-over', { count: 99 }) : t('unread', { count })}
      </span>
    </div>
  );
}
