/**
 * The surfaces of a message's actions: a toolbar beside it for a mouse, a menu, a sheet for fingers, the
 * emoji, the question before a deletion. Mounted only for the message that is being pointed at.
 */
import type { Emoji } from '@samtale/client';
import {
  Copy,
  CornerUpLeft,
  Ellipsis,
  MessagesSquare,
  Pencil,
  RotateCcw,
  SmilePlus,
  Trash2,
} from 'lucide-react';
import type { ReactNode, RefObject } from 'react';
import { Dialog as AriaDialog } from 'react-aria-components/Dialog';
import { usePhrases } from '../../hooks';
import type { Message } from '../../types';
import { EmojiPicker, QuickReactions } from '../emoji-picker/emoji-picker';
import { ConfirmDialog, IconButton, Menu, MenuItem, MenuSeparator, Popover, Sheet } from '../primitives';
import type { MessageAction } from './actions';
import styles from './message-tools.module.css';

/** What is open for a message. */
export type ToolSurface = 'menu' | 'sheet' | 'quick' | 'emoji' | 'confirm';

/** What {@link MessageTools} takes. */
export interface MessageToolsProps {
  message: Message;
  actions: readonly MessageAction[];
  /** Whether the toolbar shows. */
  toolbar: boolean;
  surface: ToolSurface | null;
  onSurface: (surface: ToolSurface) => void;
  /** Closes a surface; not another one that has taken its place. */
  onClose: (surface: ToolSurface) => void;
  onAction: (action: MessageAction) => void;
  onReact: (emoji: Emoji, on: boolean) => void;
  /** What surfaces stand by. */
  anchor: RefObject<HTMLElement | null>;
}

const ICONS: Record<MessageAction, ReactNode> = {
  retry: <RotateCcw aria-hidden="true" />,
  reply: <CornerUpLeft aria-hidden="true" />,
  react: <SmilePlus aria-hidden="true" />,
  thread: <MessagesSquare aria-hidden="true" />,
  copy: <Copy aria-hidden="true" />,
  edit: <Pencil aria-hidden="true" />,
  delete: <Trash2 aria-hidden="true" />,
  discard: <Trash2 aria-hidden="true" />,
};

const KEYS: Partial<Record<MessageAction, string>> = {
  reply: 'R',
  edit: 'E',
  thread: 'T',
  react: '+',
  delete: 'Del',
};

/** See the file's head. */
export function MessageTools(props: MessageToolsProps) {
  const { message, actions, toolbar, surface, onSurface, onClose, onAction, onReact, anchor } = props;
  const { t } = usePhrases();
  const labels: Record<MessageAction, string> = {
    retry: message.expired ? t('ui-message-send-now') : t('action-retry'),
    reply: t('action-reply'),
    react: t('action-react'),
    thread: t('ui-message-thread'),
    copy: t('action-copy'),
    edit: t('action-edit'),
    delete: t('action-delete'),
    discard: t('action-delete'),
  };
  const act = (action: MessageAction) => {
    if (surface !== null) onClose(surface);
    onAction(action);
  };
  const react = (emoji: Emoji) => {
    if (surface !== null) onClose(surface);
    onReact(emoji, !message.reactions.some((reaction) => reaction.emoji === emoji && reaction.mine));
  };
  const mine = message.reactions.filter((reaction) => reaction.mine).map((reaction) => reaction.emoji);
  const menu = (offered: readonly MessageAction[], inSheet: boolean) => (
    <Menu
      aria-label={t('ui-message-tools')}
      autoFocus={inSheet ? false : 'first'}
      onAction={(key) => act(key as MessageAction)}
      onClose={() => onClose(inSheet ? 'sheet' : 'menu')}
    >
      {offered.map((action) => [
        (action === 'delete' || action === 'discard') && offered.length > 1 ? (
          <MenuSeparator key={`${action}-line`} />
        ) : null,
        <MenuItem
          key={action}
          id={action}
          label={labels[action]}
          icon={ICONS[action]}
          keys={KEYS[action]}
          tone={action === 'delete' || action === 'discard' ? 'danger' : 'plain'}
        />,
      ])}
    </Menu>
  );
  const floating = (own: ToolSurface) => ({
    triggerRef: anchor,
    isOpen: surface === own,
    onOpenChange: (open: boolean) => {
      if (!open) onClose(own);
    },
  });
  const placement = message.isOwn ? 'bottom end' : 'bottom start';

  return (
    <>
      {toolbar ? (
        <div className={styles.toolbar} role="toolbar" aria-label={t('ui-message-tools')}>
          {actions.includes('react') ? (
            <IconButton
              excludeFromTabOrder
              label={labels.react}
              className={styles.tool ?? ''}
              onPress={() => onSurface('quick')}
            >
              {ICONS.react}
            </IconButton>
          ) : null}
          {actions.includes('reply') ? (
            <IconButton
              excludeFromTabOrder
              label={labels.reply}
              className={styles.tool ?? ''}
              onPress={() => act('reply')}
            >
              {ICONS.reply}
            </IconButton>
          ) : null}
          <IconButton
            excludeFromTabOrder
            label={t('ui-message-more')}
            className={styles.tool ?? ''}
            aria-haspopup="menu"
            aria-expanded={surface === 'menu'}
            onPress={() => onSurface('menu')}
          >
            <Ellipsis aria-hidden="true" />
          </IconButton>
        </div>
      ) : null}

      <Popover aria-label={t('ui-message-tools')} placement={placement} {...floating('menu')}>
        {menu(actions, false)}
      </Popover>
      <Popover placement={message.isOwn ? 'top end' : 'top start'} {...floating('quick')}>
        <AriaDialog aria-label={t('ui-emoji-quick')} className={styles.dialog ?? ''}>
          <QuickReactions mine={mine} onSelect={react} onMore={() => onSurface('emoji')} />
        </AriaDialog>
      </Popover>
      <Popover placement={message.isOwn ? 'top end' : 'top start'} {...floating('emoji')}>
        <AriaDialog aria-label={t('ui-emoji-title')} className={styles.dialog ?? ''}>
          <EmojiPicker onSelect={react} />
        </AriaDialog>
      </Popover>
      <Sheet
        isOpen={surface === 'sheet'}
        onClose={() => onClose('sheet')}
        title={t('ui-message-tools')}
        hideTitle
      >
        {actions.includes('react') ? (
          <div className={styles.sheetEmoji}>
            <QuickReactions mine={mine} onSelect={react} onMore={() => onSurface('emoji')} />
          </div>
        ) : null}
        {menu(
          actions.filter((action) => action !== 'react'),
          true,
        )}
      </Sheet>
      <ConfirmDialog
        isOpen={surface === 'confirm'}
        title={t('ui-message-delete-title')}
        confirmLabel={t('action-delete')}
        cancelLabel={t('action-cancel')}
        onConfirm={() => onAction(actions.includes('discard') ? 'discard' : 'delete')}
        onClose={() => onClose('confirm')}
      >
        {actions.includes('discard') ? t('ui-message-discard-question') : t('ui-message-delete-question')}
      </ConfirmDialog>
    </>
  );
}
