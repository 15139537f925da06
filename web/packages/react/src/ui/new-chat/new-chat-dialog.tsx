/** Starts a chat: with whom, under what name, and what those who come later may read. */
import type { ChatId, HistoryRule } from '@samtale/client';
import { useMemo, useState } from 'react';
import { usePhrases, useSamtaleClient } from '../../hooks';
import { problemOf } from '../../model/problem';
import { ChoiceField, TextField } from '../field/fields';
import { type ChosenPerson, PeoplePicker } from '../people-picker/people-picker';
import type { PeopleDirectory } from '../people-picker/use-directory';
import { Button, Dialog } from '../primitives';
import { GuardianNotice } from './guardian-notice';
import styles from './new-chat.module.css';

/** The longest title, in characters. */
const MAX_TITLE = 200;

/** What {@link NewChatDialog} takes. */
export interface NewChatDialogProps {
  isOpen: boolean;
  onClose: () => void;
  /** Called with the chat at once, offline too: it can be written in while it is being made. */
  onCreated: (chatId: ChatId) => void;
  /** Called when the server refuses it later, with a sentence for a person. */
  onProblem?: ((message: string, chatId: ChatId) => void) | undefined;
  /** Who can be chosen; by default the people of one's chats. */
  directory?: PeopleDirectory | undefined;
  /** Who is chosen at first. */
  people?: readonly ChosenPerson[];
}

/** Shows the dialog that starts a chat. */
export function NewChatDialog(props: NewChatDialogProps) {
  const { t } = usePhrases();
  return (
    <Dialog isOpen={props.isOpen} onClose={props.onClose} title={t('ui-new-chat')}>
      <Form {...props} />
    </Dialog>
  );
}

function Form({ onClose, onCreated, onProblem, directory, people = [] }: NewChatDialogProps) {
  const phrases = usePhrases();
  const { t } = phrases;
  const client = useSamtaleClient();
  const [chosen, setChosen] = useState(people);
  const [title, setTitle] = useState('');
  const [history, setHistory] = useState<HistoryRule>('since_joining');
  const exclude = useMemo(() => new Set([client.userId]), [client]);
  const rules: readonly HistoryRule[] = ['since_joining', 'all'];
  const group = chosen.length > 1;

  const create = () => {
    const name = group ? title.trim() : '';
    const { id, done } = client.createChat({
      ...(name === '' ? {} : { title: name }),
      history,
      participants: chosen.map((person) => ({ userId: person.id, role: person.role })),
    });
    done.catch((error: unknown) => onProblem?.(problemOf(error, phrases).message, id));
    onClose();
    onCreated(id);
  };

  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen.length > 0) create();
      }}
    >
      <PeoplePicker
        label={t('ui-new-chat-people')}
        directory={directory}
        exclude={exclude}
        chosen={chosen}
        onChange={setChosen}
        autoFocus
      />
      <GuardianNotice people={chosen} />
      {group ? (
        <>
          <TextField
            label={t('ui-chat-name')}
            hint={t('ui-chat-name-hint')}
            value={title}
            onChange={setTitle}
            maxLength={MAX_TITLE}
            autoComplete="off"
          />
          <ChoiceField
            label={t('ui-history-choose')}
            value={history}
            options={rules.map((value) => ({ value, label: t(`ui-history-choose-${value}`) }))}
            onChange={setHistory}
          />
        </>
      ) : null}
      <div className={styles.buttons}>
        <Button onPress={onClose}>{t('action-cancel')}</Button>
        <Button tone="primary" type="submit" isDisabled={chosen.length === 0}>
          {t('ui-new-chat-start')}
        </Button>
      </div>
    </form>
  );
}
