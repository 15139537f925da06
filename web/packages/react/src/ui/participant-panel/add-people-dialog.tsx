/** Adds people to a chat, and says first what they will be able to read. */
import { useMemo, useState } from 'react';
import { usePhrases } from '../../hooks';
import type { Chat } from '../../types';
import { GuardianNotice } from '../new-chat/guardian-notice';
import { type ChosenPerson, PeoplePicker } from '../people-picker/people-picker';
import type { PeopleDirectory } from '../people-picker/use-directory';
import { Button, Dialog } from '../primitives';
import styles from './participant-panel.module.css';

/** What {@link AddPeopleDialog} takes. */
export interface AddPeopleDialogProps {
  chat: Chat;
  isOpen: boolean;
  onClose: () => void;
  directory: PeopleDirectory | undefined;
  onAdd: (people: readonly ChosenPerson[]) => void;
}

/** Shows the dialog that adds people to a chat. */
export function AddPeopleDialog(props: AddPeopleDialogProps) {
  const { t } = usePhrases();
  return (
    <Dialog isOpen={props.isOpen} onClose={props.onClose} title={t('ui-people-add')}>
      <Form {...props} />
    </Dialog>
  );
}

function Form({ chat, onClose, directory, onAdd }: AddPeopleDialogProps) {
  const { t } = usePhrases();
  const [chosen, setChosen] = useState<readonly ChosenPerson[]>([]);
  const exclude = useMemo(() => new Set(chat.participants.map((person) => person.id)), [chat.participants]);
  return (
    <div className={styles.form}>
      <PeoplePicker
        label={t('ui-people-search')}
        directory={directory}
        exclude={exclude}
        chosen={chosen}
        onChange={setChosen}
        autoFocus
      />
      <GuardianNotice people={chosen} />
      <p className={styles.words}>{t(`ui-history-${chat.history}`)}</p>
      <div className={styles.formButtons}>
        <Button onPress={onClose}>{t('action-cancel')}</Button>
        <Button
          tone="primary"
          isDisabled={chosen.length === 0}
          onPress={() => {
            onAdd(chosen);
            onClose();
          }}
        >
          {chosen.length === 0 ? t('ui-people-add-none') : t('ui-people-add-done', { count: chosen.length })}
        </Button>
      </div>
    </div>
  );
}
