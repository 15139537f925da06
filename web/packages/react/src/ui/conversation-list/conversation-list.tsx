/**
 * The list of chats: one tab stop with arrows inside, a menu for each row, pages as one scrolls. Above
 * a hundred chats only the rows in sight are in the page.
 */
import type { ChatId } from '@samtale/client';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useChats, usePhrases } from '../../hooks';
import type { Chat } from '../../types';
import { classes, VisuallyHidden } from '../primitives';
import { useAfter } from '../use-after';
import { ChatMenu } from './chat-menu';
import styles from './conversation-list.module.css';
import { ConversationRow, type MenuPlace } from './conversation-row';

const ROW_PX = 68;
const VIRTUAL_ABOVE = 100;
/** How close to the end, in pixels, the next page is asked for. */
const MORE_WITHIN = 4 * ROW_PX;

/** When a dialog that closed has let go of the focus, in milliseconds. */
const RETURN_AFTER_MS = 50;

/** What {@link ConversationList} takes. */
export interface ConversationListProps {
  selectedChatId?: ChatId | null;
  onSelect: (chatId: ChatId) => void;
  /** Which chats to show: words of their names or people, or a test. Default all. */
  filter?: string | ((chat: Chat) => boolean);
  /** The one thing to do where there are no chats, such as a button that starts one. */
  emptyAction?: ReactNode;
  /** Called when leaving a chat did not work. */
  onProblem?: (error: unknown) => void;
  className?: string;
}

/** Shows the chats of whoever is signed in, the most recently active first. */
export function ConversationList(props: ConversationListProps) {
  const { selectedChatId = null, onSelect, filter, emptyAction, onProblem, className } = props;
  const { chats, loading, hasMore, loadMore } = useChats();
  const { t } = usePhrases();
  const shown = useMemo(() => chats.filter(testOf(filter)), [chats, filter]);
  const query = typeof filter === 'string' ? filter.trim() : '';
  const late = useAfter(loading, 300);

  if (shown.length === 0) {
    return (
      <nav className={classes('st-root', styles.list, className)} aria-label={t('ui-chats-label')}>
        {loading ? (
          late ? (
            <Skeleton label={t('ui-chats-loading')} />
          ) : null
        ) : (
          <div className={styles.emptyState}>
            <p>{query === '' ? t('ui-chats-empty') : t('ui-chats-none-found', { query })}</p>
            {query === '' ? emptyAction : null}
          </div>
        )}
      </nav>
    );
  }
  return (
    <nav className={classes('st-root', styles.list, className)} aria-label={t('ui-chats-label')}>
      <Rows
        chats={shown}
        selectedChatId={selectedChatId}
        onSelect={onSelect}
        onEnd={hasMore ? loadMore : undefined}
        onProblem={onProblem}
      />
    </nav>
  );
}

interface RowsProps {
  chats: readonly Chat[];
  selectedChatId: ChatId | null;
  onSelect: (chatId: ChatId) => void;
  onEnd: (() => void) | undefined;
  onProblem: ((error: unknown) => void) | undefined;
}

function Rows({ chats, selectedChatId, onSelect, onEnd, onProblem }: RowsProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState<ChatId | null>(null);
  const [menu, setMenu] = useState<{ id: ChatId; place: MenuPlace } | null>(null);
  const virtual = chats.length > VIRTUAL_ABOVE;
  const virtualizer = useVirtualizer({
    count: chats.length,
    enabled: virtual,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => chats[index]?.id ?? index,
    overscan: 6,
    paddingStart: 4,
    paddingEnd: 4,
    initialRect: { width: 320, height: 800 },
  });

  const indexOf = (id: ChatId | null) => chats.findIndex((chat) => chat.id === id);
  const stop = Math.max(indexOf(focused) >= 0 ? indexOf(focused) : indexOf(selectedChatId), 0);

  const rowOf = (id: ChatId) =>
    scroller.current?.querySelector<HTMLElement>(`[data-chat-id="${CSS.escape(id)}"]`) ?? null;
  const focusRow = (index: number) => {
    const chat = chats[index];
    if (chat === undefined) return;
    setFocused(chat.id);
    if (virtual) virtualizer.scrollToIndex(index);
    // A row that was out of sight is there a frame later.
    const row = rowOf(chat.id);
    if (row) row.focus();
    else requestAnimationFrame(() => rowOf(chat.id)?.focus());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_PX) - 1);
    const last = chats.length - 1;
    const targets: Record<string, number> = {
      ArrowDown: stop + 1,
      ArrowUp: stop - 1,
      PageDown: stop + page,
      PageUp: stop - page,
      Home: 0,
      End: last,
    };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    focusRow(Math.min(Math.max(target, 0), last));
  };

  const nearEnd = useCallback(() => {
    const box = scroller.current;
    if (box && box.scrollHeight - box.scrollTop - box.clientHeight < MORE_WITHIN) onEnd?.();
  }, [onEnd]);
  // A page may be too short to scroll.
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when the list has grown
  useEffect(nearEnd, [nearEnd, chats.length]);

  const onMenu = useCallback((chat: Chat, place: MenuPlace) => setMenu({ id: chat.id, place }), []);
  const row = (chat: Chat, index: number) => (
    <ConversationRow
      chat={chat}
      selected={chat.id === selectedChatId}
      tabbable={index === stop}
      onSelect={onSelect}
      onFocus={setFocused}
      onMenu={onMenu}
    />
  );

  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys of the rows inside, heard on their way up */}
      <div ref={scroller} className={styles.scroller} onScroll={nearEnd} onKeyDown={onKeyDown}>
        {virtual ? (
          <ul className={styles.rows} style={{ blockSize: virtualizer.getTotalSize() }}>
            {virtualizer.getVirtualItems().map((item) => {
              const chat = chats[item.index];
              return chat === undefined ? null : (
                <li
                  key={chat.id}
                  className={classes(styles.item, styles.placed)}
                  style={{ transform: `translateY(${item.start}px)` }}
                  aria-setsize={chats.length}
                  aria-posinset={item.index + 1}
                >
                  {row(chat, item.index)}
                </li>
              );
            })}
          </ul>
        ) : (
          <ul className={styles.rows}>
            {chats.map((chat, index) => (
              <li key={chat.id} className={styles.item}>
                {row(chat, index)}
              </li>
            ))}
          </ul>
        )}
      </div>
      <ChatMenu
        chat={chats.find((chat) => chat.id === menu?.id) ?? null}
        place={menu?.place ?? { x: 0, y: 0 }}
        onClose={() => setMenu(null)}
        // The dialog looks for a place to give the focus back to for a frame.
        onReturn={({ id }) => setTimeout(() => rowOf(id)?.focus(), RETURN_AFTER_MS)}
        onProblem={onProblem}
      />
    </>
  );
}

function Skeleton({ label }: { label: string }) {
  return (
    <div className={styles.rows} role="status">
      <VisuallyHidden>{label}</VisuallyHidden>
      {[0, 1, 2, 3, 4, 5].map((row) => (
        <div key={row} className={styles.skeleton} aria-hidden="true">
          <span className={styles.boneFace} />
          <span className={styles.boneLines}>
            <span className={styles.bone} />
            <span className={styles.bone} />
          </span>
        </div>
      ))}
    </div>
  );
}

/** Returns the test behind a filter: all words of it must begin a word of a name. */
function testOf(filter: ConversationListProps['filter']): (chat: Chat) => boolean {
  if (filter === undefined) return () => true;
  if (typeof filter === 'function') return filter;
  const wanted = filter.toLocaleLowerCase('nb').split(/\s+/u).filter(Boolean);
  return (chat) => {
    const words = [chat.name, ...chat.participants.map((person) => person.name)]
      .join(' ')
      .toLocaleLowerCase('nb')
      .split(/[\s\-–,]+/u);
    return wanted.every((word) => words.some((name) => name.startsWith(word)));
  };
}
