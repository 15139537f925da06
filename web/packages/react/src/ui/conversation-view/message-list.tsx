/**
 * A virtual list of messages, the newest at the end. It renders what is seen and a little more, so it
 * takes a hundred thousand messages as it takes ten. One tab stop, with arrows inside.
 */
import type { ChatId, MessageId } from '@samtale/client';
import { ArrowDown } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useMessageActions, usePhrases } from '../../hooks';
import type { Message } from '../../types';
import { classes, matches, STILL, useEvent } from '../primitives';
import { Announcer } from './announcer';
import { useArrivals } from './arrivals';
import { DayPill } from './day-pill';
import styles from './message-list.module.css';
import { MessageRow } from './message-row';
import { dayOf, describeRow, findFirstUnread, findNewestOwn } from './rows';
import { useAttention } from './use-attention';
import { useMessageScroll } from './use-message-scroll';

/** What {@link MessageList} takes. */
export interface MessageListProps {
  chatId: ChatId;
  /** The oldest first; not empty. */
  messages: readonly Message[];
  hasOlder: boolean;
  loadOlder: () => void;
  /** Whether names and pictures are needed. */
  group: boolean;
  readOnly: boolean;
  /** How many messages of others are unread. */
  unread: number;
  /** Called when the newest message has been seen. */
  onSeen: () => void;
  /** How often one has sent something here; each time, the list goes to its end. */
  sends: number;
  /** Goes to this message, once for each change. */
  focusMessageId?: MessageId | null | undefined;
  /** Called when it got there, or when there is no way. */
  onFocused?: ((found: boolean) => void) | undefined;
  /** Marks messages that belong to threads. */
  showThreads: boolean;
  onReply: ((message: Message) => void) | undefined;
  onEdit: ((message: Message) => void) | undefined;
  onOpenThread: ((rootId: MessageId) => void) | undefined;
  /** Stands above the first message. */
  start: ReactNode;
}

const FLASH_MS = 1600;

/** See the file's head. */
export function MessageList(props: MessageListProps) {
  const { chatId, messages, hasOlder, group, readOnly, unread, onSeen, onOpenThread } = props;
  const { t } = usePhrases();
  const actions = useMessageActions(chatId);
  const scroller = useRef<HTMLDivElement>(null);
  const attention = useAttention();

  // The unread line: where it was when the chat was opened, until it is left.
  const [line, setLine] = useState(() => {
    const id = findFirstUnread(messages, unread);
    return { id, count: id === null ? 0 : unread };
  });
  const [opensAt] = useState(line.id);

  const [activeId, setActiveId] = useState<MessageId | null>(null);
  const [focusWithin, setFocusWithin] = useState(false);
  const activeIndex = activeId === null ? -1 : messages.findLastIndex((message) => message.id === activeId);
  const { virtualizer, measureRow, items, atEnd, toEnd, toMessage, lastSeen } = useMessageScroll({
    scroller,
    messages,
    openAt: opensAt,
    group,
    hasOlder,
    loadOlder: props.loadOlder,
    pinned: focusWithin ? activeIndex : -1,
  });
  const { latest, shown } = useArrivals(messages, atEnd);

  const newest = messages.at(-1);
  const onArrivals = useEvent((arrivals: readonly Message[]) => {
    if (arrivals.some((message) => message.isOwn && message.seq === 0)) toEnd();
    const others = arrivals.filter((message) => !message.isOwn);
    const first = others[0];
    if (first === undefined) return;
    // Nobody looked, or several came at once after a pause: what is new begins here.
    if (line.id === null && (!attention || others.length > 1))
      setLine({ id: first.id, count: others.length });
    else if (line.id !== null && !attention) setLine({ ...line, count: line.count + others.length });
  });
  useEffect(() => onArrivals(latest), [latest, onArrivals]);

  useEffect(() => {
    if (props.sends > 0) toEnd();
  }, [props.sends, toEnd]);

  useEffect(() => {
    if (atEnd && attention && unread > 0 && newest !== undefined) onSeen();
  }, [atEnd, attention, unread, newest, onSeen]);

  // ---- going to a message ----
  const [target, setTarget] = useState<MessageId | null>(null);
  const [flashed, setFlashed] = useState<MessageId | null>(null);
  const [lost, setLost] = useState(false);
  const onFocused = useEvent((found: boolean) => props.onFocused?.(found));
  const sought = useRef<MessageId | null>(null);
  const jump = useEvent(async (id: MessageId) => {
    setLost(false);
    sought.current = id;
    const found = await actions.reveal(id).catch(() => false);
    if (sought.current !== id) return;
    if (found) return setTarget(id);
    setLost(true);
    onFocused(false);
  });
  useEffect(
    () => () => {
      sought.current = null;
    },
    [],
  );
  const { focusMessageId = null } = props;
  useEffect(() => {
    if (focusMessageId !== null) void jump(focusMessageId);
  }, [focusMessageId, jump]);
  useEffect(() => {
    if (target === null) return;
    if (!messages.some((message) => message.id === target)) return;
    toMessage(target, 'center');
    setTarget(null);
    setFlashed(target);
    setActiveId(target);
    onFocused(true);
  }, [target, messages, toMessage, onFocused]);
  useEffect(() => {
    if (flashed === null && !lost) return;
    const timer = setTimeout(
      () => {
        setFlashed(null);
        setLost(false);
      },
      lost ? 4000 : FLASH_MS,
    );
    return () => clearTimeout(timer);
  }, [flashed, lost]);

  // ---- the keyboard ----
  const wantsFocus = useRef(false);
  const activate = (index: number) => {
    const message = messages[Math.max(0, Math.min(messages.length - 1, index))];
    if (message === undefined) return;
    wantsFocus.current = true;
    setActiveId(message.id);
    toMessage(message.id, 'auto');
  };
  useLayoutEffect(() => {
    if (!wantsFocus.current || activeId === null) return;
    const row = scroller.current?.querySelector<HTMLElement>(`[data-message-id="${CSS.escape(activeId)}"]`);
    if (!row) return;
    wantsFocus.current = false;
    row.focus({ preventScroll: true });
  });
  const onKeyDown = (event: KeyboardEvent) => {
    const row = (event.target as HTMLElement).closest('[data-message-id]');
    if (row !== event.target || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const page = Math.max(1, (virtualizer.range?.endIndex ?? 0) - (virtualizer.range?.startIndex ?? 0));
    const steps: Record<string, number> = {
      ArrowUp: activeIndex - 1,
      ArrowDown: activeIndex + 1,
      PageUp: activeIndex - page,
      PageDown: activeIndex + page,
      Home: 0,
      End: messages.length - 1,
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    activate(step);
  };

  const dateAtTop = useEvent(() => {
    const element = scroller.current;
    const item = element === null ? undefined : virtualizer.getVirtualItemForOffset(element.scrollTop + 12);
    const message = item === undefined ? undefined : messages[item.index];
    if (element === null || item === undefined || message === undefined) return null;
    const before = messages[item.index - 1];
    const writtenHere =
      (before === undefined || dayOf(before.createdAt) !== dayOf(message.createdAt)) &&
      item.start >= element.scrollTop - 24;
    return writtenHere ? null : message.createdAt;
  });

  const context = { group, hasOlder, unreadId: line.id, newestOwnId: findNewestOwn(messages) };
  const stop = activeIndex >= 0 ? activeIndex : lastSeen;

  return (
    <div className={styles.frame}>
      <DayPill scroller={scroller} dateAtTop={dateAtTop} />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrows move between the messages inside */}
      <div
        ref={scroller}
        className={styles.scroller}
        onKeyDown={onKeyDown}
        onFocus={(event) => {
          setFocusWithin(true);
          const id = (event.target as HTMLElement).closest<HTMLElement>('[data-message-id]')?.dataset
            .messageId;
          if (id !== undefined && id !== activeId) setActiveId(id);
        }}
        onBlur={(event) => {
          if (!event.currentTarget.contains(event.relatedTarget)) setFocusWithin(false);
        }}
      >
        {/* biome-ignore lint/a11y/useSemanticElements: rows are placed by the virtual list, not by a list's own layout */}
        <div
          ref={virtualizer.containerRef}
          className={styles.sizer}
          role="list"
          aria-label={t('ui-messages')}
        >
          {hasOlder ? null : props.start}
          {items.map((item) => {
            const message = messages[item.index];
            if (message === undefined) return null;
            const row = describeRow(messages, item.index, context);
            return (
              <div key={item.key} ref={measureRow} data-index={item.index} className={styles.place}>
                <MessageRow
                  message={message}
                  position={row.position}
                  newDay={row.day !== null}
                  unread={row.unreadLine ? line.count : 0}
                  showName={row.showName}
                  showAvatar={row.showAvatar || (group && !message.isOwn && 'reserve')}
                  showStatus={row.showStatus}
                  showThread={props.showThreads}
                  readOnly={readOnly}
                  arriving={shown.has(message.id)}
                  flash={flashed === message.id}
                  tabStop={item.index === stop}
                  onReply={props.onReply}
                  onEdit={props.onEdit}
                  onOpenThread={onOpenThread}
                  onJump={jump}
                />
              </div>
            );
          })}
        </div>
      </div>
      {lost ? (
        <p className={styles.lost} role="status">
          {t('ui-messages-lost')}
        </p>
      ) : null}
      <button
        type="button"
        className={classes(styles.jump, !atEnd && styles.jumpShown)}
        aria-label={unread > 0 ? t('ui-messages-newest-unread', { count: unread }) : t('ui-messages-newest')}
        aria-hidden={atEnd}
        tabIndex={atEnd ? -1 : 0}
        onClick={() => toEnd(!matches(STILL))}
      >
        <ArrowDown aria-hidden="true" />
        {unread > 0 ? <span>{unread > 99 ? '99+' : unread}</span> : null}
      </button>
      <Announcer arrivals={latest} />
    </div>
  );
}
