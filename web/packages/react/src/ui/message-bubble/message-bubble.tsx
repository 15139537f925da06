/**
 * A message: its bubble, what stands in it and under it, and what can be done with it. `{ message, isOwn }`
 * is enough, inside a provider; the conversation view says the rest.
 */
import type { Emoji, MessageId } from '@samtale/client';
import { MessagesSquare } from 'lucide-react';
import { type KeyboardEvent, memo, useEffect, useRef, useState } from 'react';
import { useMessageActions, usePhrases, useSamtaleClient } from '../../hooks';
import type { Message } from '../../types';
import { Avatar } from '../avatar/avatar';
import { classes, useEvent } from '../primitives';
import { actionOfKey, actionsFor, type MessageAction } from './actions';
import { countLoneEmoji } from './emoji-only';
import { FailureRow } from './failure-row';
import { useLongPress } from './long-press';
import styles from './message-bubble.module.css';
import { nameOfMessage } from './message-name';
import { MessageText } from './message-text';
import { MessageTools, type ToolSurface } from './message-tools';
import { Quote } from './quote';
import { Reactions } from './reactions';
import { Ticks } from './ticks';

/** What {@link MessageBubble} takes. */
export interface MessageBubbleProps {
  message: Message;
  /** Whether one wrote it oneself. */
  isOwn: boolean;
  /** Its place in a group of one sender's; it shapes the corners. Default `single`. */
  position?: 'single' | 'first' | 'middle' | 'last';
  /** Shows the sender's name above it. Default false. */
  showName?: boolean;
  /** Shows the sender's picture by it; `reserve` keeps its place free. Default false. */
  showAvatar?: boolean | 'reserve';
  /** Says "Levert" or "Lest" under it in words. Default false. */
  showStatus?: boolean;
  /** Whether one may only read here. Default false. */
  readOnly?: boolean;
  /** Takes the message into a composer as what is answered; without it there is no "Svar". */
  onReply?: ((message: Message) => void) | undefined;
  /** Takes the message into a composer to be changed; without it there is no "Rediger". */
  onEdit?: ((message: Message) => void) | undefined;
  /** Opens its thread; without it there is no thread entry. */
  onOpenThread?: ((rootId: MessageId) => void) | undefined;
  /** Says that it belongs to a thread and leads there; for places where threads are mixed in. Default false. */
  showThread?: boolean;
  /** Goes to the message it answers. */
  onJump?: ((id: MessageId) => void) | undefined;
  /** Shows it with the fade of an arrival. Default false. */
  arriving?: boolean;
  /** Draws the eye to it for a moment, as after a jump. Default false. */
  flash?: boolean;
  /** Makes it an item of a list with a tab stop of its own or not. Default: a group with one. */
  listItem?: { tabIndex: 0 | -1 } | undefined;
}

/** How long a pointer rests before the toolbar shows, so that none flickers by while scrolling. */
const HOVER_MS = 60;

/** See the file's head. Renders only when its message or what is around it changes. */
export const MessageBubble = memo(function MessageBubble(props: MessageBubbleProps) {
  const {
    message,
    isOwn,
    position = 'single',
    showName = false,
    showAvatar = false,
    showStatus = false,
  } = props;
  const phrases = usePhrases();
  const { t, clock } = phrases;
  const { userId } = useSamtaleClient();
  const actionsOf = useMessageActions(message.chatId);
  const bubble = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState(false);
  const [surface, setSurface] = useState<ToolSurface | null>(null);
  const hover = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(hover.current), []);

  const actions = actionsFor(message, {
    isOwn,
    readOnly: props.readOnly ?? false,
    canReply: props.onReply !== undefined,
    canEdit: props.onEdit !== undefined,
    canOpenThread: props.onOpenThread !== undefined,
  });

  const react = useEvent((emoji: Emoji, on: boolean) => {
    settle(actionsOf.react(message.id, emoji, on));
  });
  const act = useEvent((action: MessageAction) => {
    switch (action) {
      case 'reply':
        return props.onReply?.(message);
      case 'edit':
        return props.onEdit?.(message);
      case 'thread':
        return props.onOpenThread?.(message.id);
      case 'react':
        return setSurface('quick');
      case 'copy':
        return settle(navigator.clipboard?.writeText(message.content));
      case 'retry':
        return settle(actionsOf.retry(message.id));
      case 'delete':
        return surface === 'confirm' ? settle(actionsOf.remove(message.id)) : setSurface('confirm');
      case 'discard':
        return surface === 'confirm' ? actionsOf.cancel(message.id) : setSurface('confirm');
    }
  });

  const press = useLongPress(() => {
    if (actions.length > 0) setSurface('sheet');
  });
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.target !== event.currentTarget) return;
    const asked = actionOfKey(event);
    if (asked === null) return;
    if (asked === 'menu') {
      if (actions.length === 0) return;
      setSurface('menu');
    } else {
      const action = asked === 'delete' && actions.includes('discard') ? 'discard' : asked;
      if (!actions.includes(action)) return;
      if (asked === 'copy' && !window.getSelection()?.isCollapsed) return;
      act(action);
    }
    event.preventDefault();
    event.stopPropagation();
  };

  if (message.kind === 'system') {
    return (
      <div
        className={classes('st-root', styles.system)}
        role={props.listItem ? 'listitem' : undefined}
        data-message-id={message.id}
      >
        {message.content}
      </div>
    );
  }

  const deleted = message.deletedAt !== null;
  const emoji = deleted || message.replyToId !== null ? 0 : countLoneEmoji(message.content);
  const meta =
    message.editedAt !== null && !deleted
      ? `${t('message-edited')} ${clock(message.createdAt)}`
      : clock(message.createdAt);
  const status = message.change?.status === 'sending' ? 'sending' : message.status;
  const own = String(isOwn);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: one acts on the message itself, by Shift+F10 and letters
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: its role is one of two, both with a name
    <div
      className={classes(
        'st-root',
        styles.message,
        props.arriving && styles.arriving,
        props.flash && styles.flash,
      )}
      role={props.listItem ? 'listitem' : 'group'}
      tabIndex={props.listItem?.tabIndex ?? 0}
      aria-label={nameOfMessage(message, isOwn, phrases)}
      data-message-id={message.id}
      data-own={own}
      data-position={position}
      onKeyDown={onKeyDown}
    >
      {showAvatar === false ? null : (
        <div className={styles.face}>
          {showAvatar === true ? (
            <Avatar id={message.senderId} name={message.senderName} src={message.senderAvatarUrl} size={32} />
          ) : null}
        </div>
      )}
      <div className={styles.column}>
        {showName ? <div className={styles.name}>{message.senderName}</div> : null}
        <div
          className={styles.line}
          data-own={own}
          onPointerEnter={(event) => {
            if (event.pointerType !== 'mouse') return;
            clearTimeout(hover.current);
            hover.current = setTimeout(() => setPointed(true), HOVER_MS);
          }}
          onPointerLeave={() => {
            clearTimeout(hover.current);
            setPointed(false);
          }}
        >
          <div
            ref={bubble}
            className={classes(styles.bubble, emoji > 0 && styles.bare, deleted && styles.deleted)}
            {...press}
          >
            {props.showThread && message.threadRootId !== null && props.onOpenThread ? (
              <ThreadMark rootId={message.threadRootId} onOpen={props.onOpenThread} />
            ) : null}
            {message.replyToId !== null && !deleted ? (
              <Quote quoted={message.replyTo} onJump={props.onJump} ownId={userId} />
            ) : null}
            <div className={classes(styles.body, emoji > 0 && styles.emoji)} dir="auto">
              {deleted ? <span>{t('message-deleted')}</span> : <MessageText text={message.content} />}
              <span className={styles.space} data-meta={meta} data-own={own} aria-hidden="true" />
              <span className={styles.meta}>
                <time dateTime={message.createdAt.toISOString()} title={phrases.dateTime(message.createdAt)}>
                  {meta}
                </time>
                {isOwn && !deleted ? (
                  <Ticks status={status} since={message.change === null ? message.createdAt : undefined} />
                ) : null}
              </span>
            </div>
          </div>
          {actions.length > 0 && (pointed || surface !== null) ? (
            <MessageTools
              message={message}
              actions={actions}
              toolbar={pointed || surface === 'menu' || surface === 'quick' || surface === 'emoji'}
              surface={surface}
              onSurface={setSurface}
              onClose={(closing) => setSurface((open) => (open === closing ? null : open))}
              onAction={act}
              onReact={react}
              anchor={bubble}
            />
          ) : null}
        </div>
        <Reactions reactions={message.reactions} onReact={actions.includes('react') ? react : undefined} />
        {message.threadCount > 0 && props.onOpenThread ? (
          <button type="button" className={styles.thread} tabIndex={-1} onClick={() => act('thread')}>
            <MessagesSquare aria-hidden="true" />
            {t('message-replies', { count: message.threadCount })}
          </button>
        ) : null}
        {message.status === 'failed' || message.change?.status === 'failed' ? (
          <FailureRow message={message} onDiscard={() => setSurface('confirm')} />
        ) : null}
        {showStatus && !deleted ? (
          <div className={styles.status} aria-hidden="true">
            {status === 'delivered' || status === 'read' ? phrases.delivery(status) : null}
          </div>
        ) : null}
      </div>
    </div>
  );
});

function ThreadMark({ rootId, onOpen }: { rootId: MessageId; onOpen: (rootId: MessageId) => void }) {
  const { t } = usePhrases();
  return (
    <button type="button" className={styles.mark} tabIndex={-1} onClick={() => onOpen(rootId)}>
      <MessagesSquare aria-hidden="true" />
      {t('ui-message-in-thread')}
    </button>
  );
}

/** A refusal shows where the message does; here it has only to be heard. */
function settle(done: Promise<unknown> | undefined): void {
  done?.catch(() => undefined);
}
