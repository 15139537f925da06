/**
 * Who is in a chat and how it is set up: people with roles and presence, adding and removing, the
 * name, the history rule, notifications, leaving. What one's role does not allow is not shown.
 */
import type { ChatId, HistoryRule, UserId } from '@samtale/client';
import { Bell, BellOff, LogOut, Pencil, UserPlus } from 'lucide-react';
import { useState } from 'react';
import { useChat, useNow, usePhrases, useSamtaleClient } from '../../hooks';
import { may } from '../../model/chats';
import { problemOf } from '../../model/problem';
import type { Chat } from '../../types';
import { ChatAvatar } from '../avatar/avatar';
import { LeaveDialog } from '../conversation-list/chat-menu';
import { mutedText } from '../conversation-list/preview';
import { ChoiceField, TextField } from '../field/fields';
import { Panel } from '../panel/panel';
import type { PeopleDirectory } from '../people-picker/use-directory';
import { Button, Dialog } from '../primitives';
import { GuardianBadge } from '../role-chip/role-chip';
import { AddPeopleDialog } from './add-people-dialog';
import styles from './participant-panel.module.css';
import { ParticipantRow } from './participant-row';

const MUTE_HOURS = 8;
const MS_PER_HOUR = 3_600_000;
/** The longest title, in characters. */
const MAX_TITLE = 200;

/** What {@link ParticipantPanel} takes. */
export interface ParticipantPanelProps {
  chatId: ChatId;
  onClose: () => void;
  /** Called once the chat was left. */
  onLeft?: ((chatId: ChatId) => void) | undefined;
  /** Starts a conversation with someone of the chat; without it there is no such choice. */
  onStartChat?: ((userId: UserId) => void) | undefined;
  /** Who can be added; by default the people of one's other chats. */
  directory?: PeopleDirectory | undefined;
  className?: string;
}

/** Shows a pane about a chat. */
export function ParticipantPanel(props: ParticipantPanelProps) {
  const { t } = usePhrases();
  const chat = useChat(props.chatId);
  return (
    <Panel title={t('ui-panel-title')} onClose={props.onClose} className={props.className}>
      {chat === null ? null : <About {...props} chat={chat} />}
    </Panel>
  );
}

function About({ chat, onLeft, onStartChat, directory }: ParticipantPanelProps & { chat: Chat }) {
  const phrases = usePhrases();
  const { t } = phrases;
  const client = useSamtaleClient();
  const [adding, setAdding] = useState(false);
  const [renaming, setRenaming] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const manages = may(chat.role, 'manageParticipants');
  const managesChat = may(chat.role, 'manageChat');

  /** Says what went wrong, in a sentence, until the next thing is tried. */
  const attempt = (done: Promise<unknown>, then?: () => void) => {
    setProblem(null);
    done.then(then, (error: unknown) => setProblem(problemOf(error, phrases).message));
  };

  return (
    <>
      <div className={styles.top}>
        <ChatAvatar chat={chat} size={64} />
        <h3 className={styles.title} dir="auto">
          {chat.name}
        </h3>
        {managesChat ? (
          <Button size="small" onPress={() => setRenaming(true)}>
            <Pencil aria-hidden="true" />
            {t('ui-chat-rename')}
          </Button>
        ) : null}
        {chat.guardianCanRead ? <GuardianBadge /> : null}
      </div>
      <p className={styles.problem} role="alert">
        {problem}
      </p>

      <section className={styles.section}>
        <div className={styles.heading}>
          <h3>{t('participants', { count: chat.memberCount })}</h3>
          {manages ? (
            <Button size="small" onPress={() => setAdding(true)}>
              <UserPlus aria-hidden="true" />
              {t('ui-people-add-none')}
            </Button>
          ) : null}
        </div>
        <ul className={styles.people} aria-label={t('ui-panel-people')}>
          {chat.participants.map((person) => (
            <ParticipantRow
              key={person.id}
              person={person}
              myRole={chat.role}
              onRole={(role) => attempt(client.setRole(chat.id, person.id, role))}
              onRemove={() => attempt(client.removeParticipant(chat.id, person.id))}
              onStartChat={onStartChat}
            />
          ))}
        </ul>
      </section>

      <Notifications chat={chat} />
      <History chat={chat} editable={managesChat} attempt={attempt} />

      <section className={styles.section}>
        <Button className={styles.leave ?? ''} onPress={() => setLeaving(true)}>
          <LogOut aria-hidden="true" />
          {t('action-leave')}
        </Button>
      </section>

      <LeaveDialog
        chat={leaving ? chat : null}
        onClose={() => setLeaving(false)}
        onLeave={({ id }) => attempt(client.leave(id), () => onLeft?.(id))}
      />
      <RenameDialog
        chat={chat}
        isOpen={renaming}
        onClose={() => setRenaming(false)}
        onRename={(title) => attempt(client.updateChat(chat.id, { title }))}
      />
      <AddPeopleDialog
        chat={chat}
        isOpen={adding}
        onClose={() => setAdding(false)}
        directory={directory}
        onAdd={(people) =>
          attempt(Promise.all(people.map(({ id, role }) => client.addParticipant(chat.id, id, role))))
        }
      />
    </>
  );
}

function Notifications({ chat }: { chat: Chat }) {
  const phrases = usePhrases();
  const { t } = phrases;
  const client = useSamtaleClient();
  const now = useNow();
  const muted = chat.muted !== false;
  const muteHours = () => client.mute(chat.id, new Date(Date.now() + MUTE_HOURS * MS_PER_HOUR));
  return (
    <section className={styles.section}>
      <h3>{t('ui-chat-notifications')}</h3>
      <p className={styles.words} role="status">
        {muted ? `${mutedText(chat.muted, phrases, now)}.` : t('ui-chat-not-muted')}
      </p>
      <div className={styles.buttons}>
        {muted ? (
          <Button size="small" onPress={() => client.mute(chat.id, false)}>
            <Bell aria-hidden="true" />
            {t('ui-chat-unmute')}
          </Button>
        ) : (
          <>
            <Button size="small" onPress={muteHours}>
              <BellOff aria-hidden="true" />
              {t('ui-chat-mute-hours', { count: MUTE_HOURS })}
            </Button>
            <Button size="small" onPress={() => client.mute(chat.id, true)}>
              {t('ui-chat-mute')}
            </Button>
          </>
        )}
      </div>
    </section>
  );
}

interface HistoryProps {
  chat: Chat;
  editable: boolean;
  attempt: (done: Promise<unknown>) => void;
}

function History({ chat, editable, attempt }: HistoryProps) {
  const { t } = usePhrases();
  const client = useSamtaleClient();
  const rules: readonly HistoryRule[] = ['all', 'since_joining'];
  return (
    <section className={styles.section}>
      {editable ? (
        <ChoiceField
          label={t('ui-history-choose')}
          value={chat.history}
          options={rules.map((value) => ({ value, label: t(`ui-history-choose-${value}`) }))}
          onChange={(history) => attempt(client.updateChat(chat.id, { history }))}
        />
      ) : (
        <>
          <h3>{t('ui-history-title')}</h3>
          <p className={styles.words}>{t(`ui-history-${chat.history}`)}</p>
        </>
      )}
      {chat.guardianCanRead ? <p className={styles.words}>{t('ui-guardian-note')}</p> : null}
    </section>
  );
}

interface RenameDialogProps {
  chat: Chat;
  isOpen: boolean;
  onClose: () => void;
  onRename: (title: string) => void;
}

function RenameDialog({ chat, isOpen, onClose, onRename }: RenameDialogProps) {
  const { t } = usePhrases();
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={t('ui-chat-rename')}>
      <RenameForm
        title={chat.title ?? ''}
        onClose={onClose}
        onSave={(title) => {
          onRename(title);
          onClose();
        }}
      />
    </Dialog>
  );
}

function RenameForm(props: { title: string; onClose: () => void; onSave: (title: string) => void }) {
  const { t } = usePhrases();
  const [title, setTitle] = useState(props.title);
  const words = title.trim();
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (words !== '') props.onSave(words);
      }}
    >
      <TextField
        label={t('ui-chat-name')}
        value={title}
        onChange={setTitle}
        maxLength={MAX_TITLE}
        autoComplete="off"
        autoFocus
      />
      <div className={styles.formButtons}>
        <Button onPress={props.onClose}>{t('action-cancel')}</Button>
        <Button tone="primary" type="submit" isDisabled={words === '' || words === props.title}>
          {t('ui-save')}
        </Button>
      </div>
    </form>
  );
}
