/**
 * Search in messages: here or everywhere, as one types. The field keeps the focus; arrows walk
 * through the hits, Enter goes there. What is found while offline is said to be only what is stored.
 */
import type { ChatId, MessageId } from '@samtale/client';
import { Search, X } from 'lucide-react';
import { type KeyboardEvent, memo, useEffect, useId, useRef, useState } from 'react';
import { type MessageHit, useMessageSearch, useNow, usePhrases } from '../../hooks';
import { Avatar } from '../avatar/avatar';
import { Panel } from '../panel/panel';
import { Button, classes, IconButton, VisuallyHidden } from '../primitives';
import { Segments } from '../segments/segments';
import { useAfter } from '../use-after';
import styles from './message-search.module.css';
import { snippetOf } from './snippet';

/** The pause in typing after which the search begins, in milliseconds. */
const DEBOUNCE_MS = 250;

/** What {@link MessageSearch} takes. */
export interface MessageSearchProps {
  /** The chat that is open: then one may search in it alone, and does at first. */
  chatId?: ChatId | null;
  /** Shows a hit in its conversation. */
  onOpenMessage: (hit: { chatId: ChatId; messageId: MessageId }) => void;
  onClose: () => void;
  /** Whether the field takes the focus when it appears. Default true. */
  autoFocus?: boolean;
  className?: string;
}

/** Shows a pane that searches messages. The search ends when it goes. */
export function MessageSearch(props: MessageSearchProps) {
  const { chatId = null, onOpenMessage, onClose, autoFocus = true, className } = props;
  const { t } = usePhrases();
  const [query, setQuery] = useState('');
  const [everywhere, setEverywhere] = useState(chatId === null);
  const scope = everywhere ? null : chatId;
  const found = useMessageSearch(scope ?? undefined);
  const { results, offline, hasMore, problem, search, loadMore } = found;
  const [chosen, setChosen] = useState(-1);
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const hitId = useId();
  const words = query.trim();

  useEffect(() => {
    setChosen(-1);
    const timer = setTimeout(() => search(words), words === '' ? 0 : DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [words, search]);
  useEffect(() => {
    if (autoFocus) field.current?.focus({ preventScroll: true });
  }, [autoFocus]);

  const searching = words !== '' && (found.searching || found.query !== words);
  const late = useAfter(searching, 300);
  const shown = words === '' ? [] : results;

  const choose = (index: number) => {
    const next = Math.min(Math.max(index, 0), shown.length - 1);
    setChosen(next);
    list.current?.children[next]?.scrollIntoView?.({ block: 'nearest' });
  };
  const open = (hit: MessageHit | undefined) => {
    if (hit) onOpenMessage({ chatId: hit.message.chatId, messageId: hit.message.id });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown' && shown.length > 0) choose(chosen + 1);
    else if (event.key === 'ArrowUp' && shown.length > 0) choose(chosen - 1);
    else if (event.key === 'Enter') open(shown[Math.max(chosen, 0)]);
    else if (event.key === 'Escape' && query !== '') setQuery('');
    else return;
    event.preventDefault();
  };

  const top = (
    <search className={styles.top}>
      <div className={styles.field}>
        <Search aria-hidden="true" />
        <input
          ref={field}
          className={styles.input}
          type="text"
          role="combobox"
          inputMode="search"
          enterKeyHint="search"
          autoComplete="off"
          spellCheck={false}
          aria-label={t('ui-search-title')}
          aria-expanded={shown.length > 0}
          aria-controls={shown.length > 0 ? `${hitId}-list` : undefined}
          aria-autocomplete="list"
          aria-activedescendant={chosen >= 0 ? `${hitId}-${chosen}` : undefined}
          placeholder={t('ui-search-placeholder')}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={onKeyDown}
        />
        {query === '' ? null : (
          <IconButton
            label={t('ui-search-clear')}
            tooltip={false}
            onPress={() => {
              setQuery('');
              field.current?.focus();
            }}
          >
            <X aria-hidden="true" />
          </IconButton>
        )}
      </div>
      {chatId === null ? null : (
        <Segments
          label={t('ui-search-scope')}
          value={everywhere ? 'everywhere' : 'here'}
          options={[
            { value: 'here', label: t('ui-search-here') },
            { value: 'everywhere', label: t('ui-search-everywhere') },
          ]}
          onChange={(value) => setEverywhere(value === 'everywhere')}
        />
      )}
      <Summary
        words={words}
        count={shown.length}
        done={!searching}
        late={late}
        offline={offline}
        hasMore={hasMore}
        problem={problem?.message ?? null}
      />
    </search>
  );
  return (
    <Panel title={t('ui-search-title')} onClose={onClose} top={top} className={className}>
      {shown.length === 0 ? null : (
        <div
          ref={list}
          id={`${hitId}-list`}
          className={styles.hits}
          role="listbox"
          aria-label={t('ui-search-title')}
        >
          {shown.map((hit, index) => (
            <Hit
              key={hit.message.id}
              id={`${hitId}-${index}`}
              hit={hit}
              withChat={scope === null}
              chosen={index === chosen}
              onOpen={open}
            />
          ))}
        </div>
      )}
      {shown.length > 0 && hasMore && !searching ? (
        <div className={styles.more}>
          <Button onPress={loadMore}>{t('ui-search-more')}</Button>
        </div>
      ) : null}
    </Panel>
  );
}

interface SummaryProps {
  words: string;
  count: number;
  done: boolean;
  /** Whether it has been searching for so long that it should say so. */
  late: boolean;
  offline: boolean;
  hasMore: boolean;
  problem: string | null;
}

/** One line on how the search stands, told to screen readers as it changes. */
function Summary({ words, count, done, late, offline, hasMore, problem }: SummaryProps) {
  const { t } = usePhrases();
  let text = '';
  if (words === '') text = t('ui-search-hint');
  else if (late) text = t('ui-search-loading');
  else if (done && problem !== null) text = problem;
  else if (done && count === 0) text = t('ui-search-empty', { query: words });
  else if (done) text = hasMore ? t('ui-search-count-over', { count }) : t('ui-search-count', { count });
  return (
    <p className={classes(styles.summary, done && problem !== null && styles.problem)} role="status">
      <span>{text}</span>
      {words !== '' && done && offline && problem === null ? <span>{t('ui-search-offline')}</span> : null}
    </p>
  );
}

interface HitProps {
  id: string;
  hit: MessageHit;
  withChat: boolean;
  chosen: boolean;
  onOpen: (hit: MessageHit) => void;
}

const Hit = memo(function Hit({ id, hit, withChat, chosen, onOpen }: HitProps) {
  const phrases = usePhrases();
  const now = useNow();
  const { message, chatName, highlights } = hit;
  const sender = message.isOwn ? phrases.t('message-you') : message.senderName;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field keeps the focus and hears the keys
    // biome-ignore lint/a11y/useFocusableInteractive: the field points at it by aria-activedescendant
    <div
      id={id}
      className={classes(styles.hit, chosen && styles.chosen)}
      role="option"
      aria-selected={chosen}
      onClick={() => onOpen(hit)}
    >
      <Avatar id={message.senderId} name={message.senderName} src={message.senderAvatarUrl} size={32} />
      <span className={styles.text}>
        <span className={styles.line}>
          <span className={styles.sender}>{sender}</span>
          <time className={styles.time} dateTime={message.createdAt.toISOString()}>
            {now === null ? '' : phrases.listTime(message.createdAt, now)}
          </time>
        </span>
        {withChat && chatName !== '' && chatName !== message.senderName ? (
          <span className={styles.chat}>{phrases.t('ui-search-in-chat', { chat: chatName })}</span>
        ) : null}
        <span className={styles.words} dir="auto">
          {snippetOf(message.content, highlights).map((run) =>
            run.found ? <mark key={run.at}>{run.text}</mark> : <span key={run.at}>{run.text}</span>,
          )}
        </span>
        <VisuallyHidden>{phrases.dateTime(message.createdAt)}</VisuallyHidden>
      </span>
    </div>
  );
});
