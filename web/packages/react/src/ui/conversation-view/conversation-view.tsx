/**
 * A conversation: header, messages, who is writing, composer. A chat of its own for each `chatId`; what
 * was being answered or changed ends with it, what was being written stays as its draft.
 */
import type { ChatId, MessageId, SendOptions } from '@samtale/client';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useChat, useMessageActions, usePhrases, useRealtimeMessages } from '../../hooks';
import type { Message } from '../../types';
import { ConversationHeader } from '../conversation-header/conversation-header';
import {
  type ComposerHandle,
  type ComposerMode,
  MessageComposer,
} from '../message-composer/message-composer';
import { Button, classes, matches, TOUCH, useEvent } from '../primitives';
import { TypingIndicator } from '../typing-indicator/typing-indicator';
import { useAfter } from '../use-after';
import styles from './conversation-view.module.css';
import { FailedBanner } from './failed-banner';
import { MessageList } from './message-list';
import { countUnreadHere } from './rows';
import { Skeleton } from './skeleton';

/** What {@link ConversationView} takes. */
export interface ConversationViewProps {
  chatId: ChatId;
  /** In place of the usual header; `null` for none. */
  header?: ReactNode;
  /** Goes back to the list, where there is one pane at a time; in the usual header. */
  onBack?: (() => void) | undefined;
  /** Opens the search in this chat; in the usual header. */
  onSearch?: (() => void) | undefined;
  /** Opens and closes the participants; in the usual header. */
  onOpenPanel?: (() => void) | undefined;
  /** Opens a thread; without it, there are no threads to be seen. */
  onOpenThread?: ((rootId: MessageId) => void) | undefined;
  /** Goes to this message when it changes, and draws the eye to it. */
  focusMessageId?: MessageId | null | undefined;
  /** Called when it got there, or when the message can't be reached. */
  onFocused?: ((found: boolean) => void) | undefined;
  /** Between the header and the messages: a strip that says "Frakoblet", say. */
  notice?: ReactNode;
  /** Stands before the composer's field: the place of attachments. */
  attachments?: ReactNode;
  /** Puts the focus into the composer, except on touch. Default true. */
  autoFocus?: boolean;
  className?: string | undefined;
}

/** See the file's head. */
export function ConversationView(props: ConversationViewProps) {
  return <Conversation key={props.chatId} {...props} />;
}

const SKELETON_MS = 300;
/** How long the unread messages that are not here yet are waited for, before the chat opens without. */
const UNREAD_WAIT_MS = 600;
const UNREAD_PAGES = 3;

function Conversation(props: ConversationViewProps) {
  const { chatId, onOpenThread, autoFocus = true } = props;
  const { t } = usePhrases();
  const chat = useChat(chatId);
  const actions = useMessageActions(chatId);
  const { messages, loading, hasMore, loadingMore, loadMore, error } = useRealtimeMessages({ chatId });
  const [mode, setMode] = useState<ComposerMode | null>(null);
  const [sends, setSends] = useState(0);
  const composer = useRef<ComposerHandle>(null);
  const readOnly = chat?.readOnly ?? false;
  const unread = chat?.unreadCount ?? 0;

  const opened = useOpened({ messages, loading, hasMore, unread, loadMore });
  const late = useAfter(!opened && error === null, SKELETON_MS);
  // A chat one is not in, or that is none: nothing to read, nothing to write.
  const nowhere = error !== null && messages.length === 0;

  const reply = useEvent((message: Message) => setMode({ kind: 'reply', message }));
  const edit = useEvent((message: Message) => setMode({ kind: 'edit', message }));
  const endMode = useEvent(() => setMode(null));
  const send = useEvent((content: string, options: SendOptions) => {
    setSends((count) => count + 1);
    return actions.send(content, options);
  });
  const seen = useEvent(() => actions.markRead());
  const older = useEvent(() => {
    if (!loadingMore) void loadMore();
  });
  const editLast = useEvent(() => {
    const last = messages.findLast((message) => message.isOwn && message.kind === 'text');
    if (last !== undefined && last.deletedAt === null && last.status !== 'failed') edit(last);
  });
  // What is answered or changed as it is now, or no longer at all.
  const present = mode === null ? null : (messages.find(({ id }) => id === mode.message.id) ?? mode.message);
  const shownMode = useMemo(
    () =>
      mode === null || present === null || present.deletedAt !== null
        ? null
        : { kind: mode.kind, message: present },
    [mode, present],
  );

  return (
    <section className={classes('st-root', styles.view, props.className)} aria-label={chat?.name}>
      {props.header === undefined ? (
        <ConversationHeader
          chatId={chatId}
          onBack={props.onBack}
          onSearch={props.onSearch}
          onPanel={props.onOpenPanel}
        />
      ) : (
        props.header
      )}
      {props.notice}
      {nowhere ? (
        <p className={styles.problem} role="alert">
          {error?.message}
        </p>
      ) : !opened ? (
        <div className={styles.wait}>{late ? <Skeleton label={t('ui-messages-loading')} /> : null}</div>
      ) : messages.length === 0 ? (
        <div className={styles.empty}>
          <p>{t('ui-messages-empty')}</p>
          {readOnly ? null : (
            <Button tone="primary" onPress={() => composer.current?.focus()}>
              {t('ui-messages-write')}
            </Button>
          )}
        </div>
      ) : (
        <MessageList
          chatId={chatId}
          messages={messages}
          hasOlder={hasMore}
          loadOlder={older}
          group={(chat?.memberCount ?? 0) > 2}
          readOnly={readOnly}
          unread={unread}
          onSeen={seen}
          sends={sends}
          focusMessageId={props.focusMessageId}
          onFocused={props.onFocused}
          showThreads
          onReply={reply}
          onEdit={edit}
          onOpenThread={onOpenThread}
          start={<p className={styles.start}>{t('ui-messages-start')}</p>}
        />
      )}
      {nowhere ? null : (
        <footer className={styles.footer}>
          <FailedBanner messages={messages} onRetry={actions.retry} />
          <TypingIndicator chatId={chatId} className={styles.typing ?? ''} />
          <MessageComposer
            chatId={chatId}
            onSendMessage={send}
            mode={shownMode}
            onModeEnd={endMode}
            onEditLast={editLast}
            attachments={props.attachments}
            autoFocus={autoFocus && !matches(TOUCH)}
            handle={composer}
          />
        </footer>
      )}
    </section>
  );
}

interface Opening {
  messages: readonly Message[];
  loading: boolean;
  hasMore: boolean;
  unread: number;
  loadMore: () => Promise<void>;
}

/** Whether there is enough to open with: the messages that are here, and, for a moment, those unread that are not. */
function useOpened({ messages, loading, hasMore, unread, loadMore }: Opening): boolean {
  const [opened, setOpened] = useState(false);
  const enough = !loading && (!hasMore || countUnreadHere(messages, unread) >= unread);
  const short = !loading && !enough;
  useEffect(() => {
    if (enough) setOpened(true);
    if (!short) return;
    let waiting = true;
    const open = () => {
      if (waiting) setOpened(true);
    };
    const timer = setTimeout(open, UNREAD_WAIT_MS);
    const load = async () => {
      for (let page = 0; page < UNREAD_PAGES && waiting; page += 1) await loadMore();
      open();
    };
    void load();
    return () => {
      waiting = false;
      clearTimeout(timer);
    };
  }, [enough, short, loadMore]);
  return opened || enough;
}
