/** What can be done with a chat from the list: read marks, mute, leave. A menu, or a sheet for fingers. */
import { Bell, BellOff, CheckCheck, Clock, LogOut } from 'lucide-react';
import { useRef, useState } from 'react';
import { usePhrases, useSamtaleClient } from '../../hooks';
import type { Chat } from '../../types';
import { ConfirmDialog, Menu, MenuItem, MenuSeparator, Popover, Sheet, TOUCH, useMedia } from '../primitives';
import styles from './chat-menu.module.css';
import type { MenuPlace } from './conversation-row';
import { markChatRead } from './mark-chat-read';

/** How long the shorter mute lasts. */
const MUTE_HOURS = 8;
const MS_PER_HOUR = 3_600_000;

/** What {@link ChatMenu} takes. */
export interface ChatMenuProps {
  /** The chat, or null while no menu is open. */
  chat: Chat | null;
  place: MenuPlace;
  onClose: () => void;
  /** Called when the question about leaving is gone: the menu it came from can't take the focus back. */
  onReturn?: ((chat: Chat) => void) | undefined;
  /** Called when leaving did not work. */
  onProblem?: ((error: unknown) => void) | undefined;
}

/** Shows the menu of a chat at a place on the page, and asks before leaving. */
export function ChatMenu({ chat, place, onClose, onReturn, onProblem }: ChatMenuProps) {
  const { t } = usePhrases();
  const client = useSamtaleClient();
  const touch = useMedia(TOUCH);
  const anchor = useRef<HTMLSpanElement>(null);
  const [leaving, setLeaving] = useState<Chat | null>(null);
  const muted = chat !== null && chat.muted !== false;
  const title = chat === null ? '' : t('ui-chat-options', { name: chat.name });

  const act = (key: string) => {
    if (chat === null) return;
    if (key === 'read') markChatRead(client, chat.id);
    if (key === 'mute-hours') client.mute(chat.id, new Date(Date.now() + MUTE_HOURS * MS_PER_HOUR));
    if (key === 'mute') client.mute(chat.id, true);
    if (key === 'unmute') client.mute(chat.id, false);
    if (key === 'leave') setLeaving(chat);
    onClose();
  };
  const menu = chat && (
    <Menu aria-label={title} onAction={(key) => act(String(key))} autoFocus="first">
      {chat.unreadCount > 0 ? (
        <MenuItem id="read" label={t('ui-chat-mark-read')} icon={<CheckCheck aria-hidden="true" />} />
      ) : null}
      {muted ? (
        <MenuItem id="unmute" label={t('ui-chat-unmute')} icon={<Bell aria-hidden="true" />} />
      ) : (
        <>
          <MenuItem
            id="mute-hours"
            label={t('ui-chat-mute-hours', { count: MUTE_HOURS })}
            icon={<Clock aria-hidden="true" />}
          />
          <MenuItem id="mute" label={t('ui-chat-mute')} icon={<BellOff aria-hidden="true" />} />
        </>
      )}
      <MenuSeparator />
      <MenuItem id="leave" label={t('action-leave')} tone="danger" icon={<LogOut aria-hidden="true" />} />
    </Menu>
  );

  return (
    <>
      <span ref={anchor} className={styles.anchor} style={{ left: place.x, top: place.y }} />
      {touch ? (
        <Sheet isOpen={chat !== null} onClose={onClose} title={chat?.name ?? ''}>
          {menu}
        </Sheet>
      ) : (
        <Popover
          triggerRef={anchor}
          isOpen={chat !== null}
          onOpenChange={(open) => {
            if (!open) onClose();
          }}
          placement="bottom start"
          offset={2}
          aria-label={title}
        >
          {menu}
        </Popover>
      )}
      <LeaveDialog
        chat={leaving}
        onClose={() => {
          setLeaving(null);
          if (leaving !== null) onReturn?.(leaving);
        }}
        onLeave={(left) => client.leave(left.id).catch((error: unknown) => onProblem?.(error))}
      />
    </>
  );
}

/** What {@link LeaveDialog} takes. */
export interface LeaveDialogProps {
  /** The chat that is to be left, or null while there is no question. */
  chat: Pick<Chat, 'id' | 'name'> | null;
  onLeave: (chat: Pick<Chat, 'id' | 'name'>) => void;
  onClose: () => void;
}

/** Asks before a chat is left. */
export function LeaveDialog({ chat, onLeave, onClose }: LeaveDialogProps) {
  const { t } = usePhrases();
  return (
    <ConfirmDialog
      isOpen={chat !== null}
      title={t('ui-leave-title')}
      confirmLabel={t('ui-leave')}
      cancelLabel={t('action-cancel')}
      onConfirm={() => {
        if (chat !== null) onLeave(chat);
      }}
      onClose={onClose}
    >
      {chat === null ? null : t('ui-leave-question', { name: chat.name })}
    </ConfirmDialog>
  );
}
