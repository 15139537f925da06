/** Someone in a chat: face, name, role, how they are present, and what one may do about it. */
import type { Role, UserId } from '@samtale/client';
import { MessageCircle, MoreHorizontal, UserMinus } from 'lucide-react';
import { useState } from 'react';
import { usePhrases, useSamtaleClient, useView } from '../../hooks';
import { may } from '../../model/chats';
import type { ChatParticipant } from '../../types';
import { Avatar } from '../avatar/avatar';
import { PresenceIndicator } from '../presence-indicator/presence-indicator';
import {
  ConfirmDialog,
  IconButton,
  Menu,
  MenuItem,
  MenuSeparator,
  MenuTrigger,
  Popover,
} from '../primitives';
import { RoleChip } from '../role-chip/role-chip';
import styles from './participant-panel.module.css';

/** What {@link ParticipantRow} takes. */
export interface ParticipantRowProps {
  person: ChatParticipant;
  /** What oneself is here: it decides what can be done. */
  myRole: Role | null;
  onRole: (role: Role) => void;
  onRemove: () => void;
  onStartChat?: ((userId: UserId) => void) | undefined;
}

const ROLES: readonly Role[] = ['owner', 'tutor', 'student', 'guardian', 'observer'];

/** Shows a participant. */
export function ParticipantRow({ person, myRole, onRole, onRemove, onStartChat }: ParticipantRowProps) {
  const phrases = usePhrases();
  const { t } = phrases;
  const presence = useView(useSamtaleClient().presence(person.id));
  const [removing, setRemoving] = useState(false);
  // Owners are for owners; oneself is left, not removed.
  const manages =
    !person.isMe && may(myRole, person.role === 'owner' ? 'manageOwners' : 'manageParticipants');
  const roles = manages
    ? ROLES.filter((role) => role !== person.role && (role !== 'owner' || may(myRole, 'manageOwners')))
    : [];
  const canStart = onStartChat !== undefined && !person.isMe;
  return (
    <li className={styles.person}>
      <Avatar
        id={person.id}
        name={person.name}
        src={person.avatarUrl}
        size={40}
        presence={presence?.status}
      />
      <span className={styles.personText}>
        <span className={styles.personName} dir="auto" title={person.name}>
          {person.isMe ? t('ui-person-you', { name: person.name }) : person.name}
        </span>
        <span className={styles.personLine}>
          <RoleChip role={person.role} />
          {person.isMe || presence === null ? null : (
            <PresenceWords status={presence.status} lastSeen={presence.lastSeen} />
          )}
        </span>
      </span>
      {manages || canStart ? (
        <MenuTrigger>
          <IconButton label={t('ui-person-options', { name: person.name })} tooltip={false}>
            <MoreHorizontal aria-hidden="true" />
          </IconButton>
          <Popover placement="bottom end">
            <Menu
              onAction={(key) => {
                if (key === 'chat') onStartChat?.(person.id);
                else if (key === 'remove') setRemoving(true);
                else onRole(key as Role);
              }}
            >
              {canStart ? (
                <MenuItem id="chat" label={t('ui-new-chat')} icon={<MessageCircle aria-hidden="true" />} />
              ) : null}
              {roles.map((role) => (
                <MenuItem key={role} id={role} label={t('ui-person-make', { role: phrases.role(role) })} />
              ))}
              {manages ? <MenuSeparator /> : null}
              {manages ? (
                <MenuItem
                  id="remove"
                  tone="danger"
                  label={t('ui-person-remove')}
                  icon={<UserMinus aria-hidden="true" />}
                />
              ) : null}
            </Menu>
          </Popover>
        </MenuTrigger>
      ) : null}
      <ConfirmDialog
        isOpen={removing}
        title={t('ui-remove-title', { name: person.name })}
        confirmLabel={t('ui-remove')}
        cancelLabel={t('action-cancel')}
        onConfirm={onRemove}
        onClose={() => setRemoving(false)}
      >
        {t('ui-remove-question', { name: person.name })}
      </ConfirmDialog>
    </li>
  );
}

/** The words beside the face, which carries the shape. */
function PresenceWords({
  status,
  lastSeen,
}: {
  status: 'online' | 'busy' | 'away' | 'offline';
  lastSeen?: number | undefined;
}) {
  return (
    <PresenceIndicator
      className={styles.presence}
      status={status}
      lastSeen={lastSeen === undefined ? null : new Date(lastSeen)}
    />
  );
}
