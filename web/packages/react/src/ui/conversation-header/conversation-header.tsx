/** The top of a conversation: with whom, who is there, whether a guardian may read, search and panel. */
import type { ChatId } from '@samtale/client';
import { ArrowLeft, Search, Users } from 'lucide-react';
import type { ReactNode } from 'react';
import { useChat, useNow, usePhrases, useSamtaleClient, useView } from '../../hooks';
import type { Chat } from '../../types';
import { ChatAvatar } from '../avatar/avatar';
import { PresenceShape } from '../presence-indicator/presence-shape';
import { classes, IconButton } from '../primitives';
import { GuardianBadge, RoleChip } from '../role-chip/role-chip';
import styles from './conversation-header.module.css';

/** What {@link ConversationHeader} takes. A button is there where its callback is. */
export interface ConversationHeaderProps {
  chatId: ChatId;
  /** Goes back to the list, where there is one pane at a time. */
  onBack?: (() => void) | undefined;
  onSearch?: (() => void) | undefined;
  /** Opens and closes the participants. */
  onPanel?: (() => void) | undefined;
  searchOpen?: boolean;
  panelOpen?: boolean;
  /** Further buttons, before these. */
  actions?: ReactNode;
  className?: string;
}

/** Shows the header of a chat. */
export function ConversationHeader(props: ConversationHeaderProps) {
  const { chatId, onBack, onSearch, onPanel, searchOpen = false, panelOpen = false, actions } = props;
  const { t } = usePhrases();
  const chat = useChat(chatId);
  // An owner made the chat, which says nothing of who they are.
  const other = chat && chat.memberCount <= 2 ? chat.participants.find((person) => !person.isMe) : undefined;
  const title = chat && (
    <>
      <ChatAvatar chat={chat} size={36} />
      <span className={styles.text}>
        <h2 className={styles.name} dir="auto">
          {chat.name}
        </h2>
        <span className={styles.badges}>
          {other && other.role !== 'owner' ? <RoleChip role={other.role} /> : null}
          {chat.guardianCanRead ? <GuardianBadge /> : null}
        </span>
        <Presence chat={chat} />
      </span>
    </>
  );
  return (
    <header className={classes('st-root', styles.header, props.className)}>
      {onBack ? (
        <IconButton label={t('ui-back')} onPress={onBack}>
          <ArrowLeft aria-hidden="true" />
        </IconButton>
      ) : null}
      <div className={styles.title}>{title}</div>
      <div className={styles.actions}>
        {actions}
        {onSearch ? (
          <IconButton label={t('ui-header-search')} onPress={onSearch} aria-expanded={searchOpen}>
            <Search aria-hidden="true" />
          </IconButton>
        ) : null}
        {onPanel ? (
          <IconButton label={t('ui-header-people')} onPress={onPanel} aria-expanded={panelOpen}>
            <Users aria-hidden="true" />
          </IconButton>
        ) : null}
      </div>
    </header>
  );
}

/** One line: how the other one is there, or how many of the group are. Who writes is told below. */
function Presence({ chat }: { chat: Chat }) {
  const phrases = usePhrases();
  const now = useNow();
  const client = useSamtaleClient();
  const presences = useView(client.presences);
  const others = chat.participants.filter((person) => !person.isMe);
  const group = chat.memberCount > 2;
  if (group) {
    const online = others.filter((person) => presences.get(person.id)?.status === 'online').length;
    const count = chat.memberCount;
    return (
      <span className={styles.presence}>
        <span className={styles.words}>
          {online > 0
            ? phrases.t('ui-header-members', { count, online })
            : phrases.t('participants', { count })}
        </span>
      </span>
    );
  }
  const presence = presences.get(others[0]?.id ?? '');
  if (presence === undefined) return null;
  const seen = presence.status === 'offline' && presence.lastSeen !== undefined && now !== null;
  return (
    <span className={styles.presence}>
      <PresenceShape status={presence.status} />
      <span className={styles.words}>
        {seen ? phrases.lastSeen(presence.lastSeen, now) : phrases.status(presence.status)}
      </span>
    </span>
  );
}
