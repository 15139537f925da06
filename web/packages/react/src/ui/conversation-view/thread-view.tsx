/** A thread: the message it began with, what was answered, and a composer that answers in it. */
import type { ChatId, MessageId } from '@samtale/client';
import { X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useChat, usePhrases, useSamtaleClient, useThread } from '../../hooks';
import type { Message } from '../../types';
import {
  type ComposerHandle,
  type ComposerMode,
  MessageComposer,
} from '../message-composer/message-composer';
import { classes, IconButton, useEvent } from '../primitives';
import styles from './conversation-view.module.css';
import { MessageList } from './message-list';

/** What {@link ThreadView} takes. */
export interface ThreadViewProps {
  chatId: ChatId;
  /** The message the thread hangs on. */
  rootId: MessageId;
  onClose: () => void;
  className?: string | undefined;
}

/** See the file's head. */
export function ThreadView(props: ThreadViewProps) {
  return <Thread key={`${props.chatId} ${props.rootId}`} {...props} />;
}

const nothing = () => {};

function Thread({ chatId, rootId, onClose, className }: ThreadViewProps) {
  const { t } = usePhrases();
  const client = useSamtaleClient();
  useEffect(() => client.openChat(chatId), [client, chatId]);
  const chat = useChat(chatId);
  const messages = useThread(chatId, rootId);
  const [mode, setMode] = useState<ComposerMode | null>(null);
  const composer = useRef<ComposerHandle>(null);
  const reply = useEvent((message: Message) => setMode({ kind: 'reply', message }));
  const edit = useEvent((message: Message) => setMode({ kind: 'edit', message }));
  const endMode = useEvent(() => setMode(null));
  const editLast = useEvent(() => {
    const last = messages.findLast(
      (message) => message.isOwn && message.id !== rootId && message.deletedAt === null,
    );
    if (last !== undefined && last.status !== 'failed') edit(last);
  });

  return (
    <section
      className={classes('st-root', styles.view, styles.thread, className)}
      aria-label={t('ui-thread')}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.preventDefault();
        onClose();
      }}
    >
      <header className={styles.threadHeader}>
        <h2 className={styles.threadTitle}>{t('ui-thread')}</h2>
        <IconButton label={t('ui-thread-close')} keys="Esc" onPress={onClose}>
          <X aria-hidden="true" />
        </IconButton>
      </header>
      {messages.length === 0 ? (
        <p className={styles.empty}>{t('ui-thread-lost')}</p>
      ) : (
        <MessageList
          chatId={chatId}
          messages={messages}
          hasOlder={false}
          loadOlder={nothing}
          group={(chat?.memberCount ?? 0) > 2}
          readOnly={chat?.readOnly ?? false}
          unread={0}
          onSeen={nothing}
          sends={0}
          showThreads={false}
          onReply={reply}
          onEdit={edit}
          onOpenThread={undefined}
          start={null}
        />
      )}
      <footer className={styles.footer}>
        <MessageComposer
          chatId={chatId}
          threadRootId={rootId}
          mode={mode}
          onModeEnd={endMode}
          onEditLast={editLast}
          autoFocus
          handle={composer}
        />
      </footer>
    </section>
  );
}
