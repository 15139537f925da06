/**
 * Chooses people: by name from a directory, or by user id. The field keeps the focus; arrows walk,
 * Enter takes, Backspace gives back. Each chosen one has a role.
 */
import type { Role, UserId } from '@samtale/client';
import { Search, UserPlus, X } from 'lucide-react';
import { type KeyboardEvent, useId, useMemo, useState } from 'react';
import { usePhrases } from '../../hooks';
import { Avatar } from '../avatar/avatar';
import { classes, IconButton, TOUCH, useMedia } from '../primitives';
import { useAfter } from '../use-after';
import styles from './people-picker.module.css';
import { type DirectoryPerson, type PeopleDirectory, useDirectory } from './use-directory';

/** Someone who was chosen, and as what. */
export interface ChosenPerson {
  readonly id: UserId;
  readonly name: string;
  readonly avatarUrl?: string | null;
  readonly role: Role;
}

/** What {@link PeoplePicker} takes. */
export interface PeoplePickerProps {
  label: string;
  directory?: PeopleDirectory | undefined;
  /** Those who can't be chosen: they are in the chat, or oneself. */
  exclude: ReadonlySet<UserId>;
  chosen: readonly ChosenPerson[];
  onChange: (chosen: readonly ChosenPerson[]) => void;
  /** The roles that may be given. Default all but owner. */
  roles?: readonly Role[];
  /** Whether the field takes the focus, where that brings no keyboard onto the screen. Default false. */
  autoFocus?: boolean;
}

const ROLES: readonly Role[] = ['student', 'tutor', 'guardian', 'observer'];
/** What a user id can be made of, as on the server: no spaces, at most 128 bytes. */
const USER_ID = /^[^\s\p{Cc}]{1,128}$/u;

/** Shows who can be chosen, and who has been. */
export function PeoplePicker(props: PeoplePickerProps) {
  const { label, directory, exclude, chosen, onChange, roles = ROLES, autoFocus = false } = props;
  const phrases = usePhrases();
  const { t } = phrases;
  const id = useId();
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(-1);
  const { people, loading } = useDirectory(directory, query);
  const late = useAfter(loading, 300);
  const touch = useMedia(TOUCH);
  const words = query.trim();
  const options = useMemo(() => {
    const isTaken = (other: UserId) => exclude.has(other) || chosen.some((person) => person.id === other);
    const found = people.filter((person) => !isTaken(person.id));
    const isFound = people.some((person) => person.id === words);
    const byId = USER_ID.test(words) && !isTaken(words) && !isFound ? [{ id: words, name: words }] : [];
    return [...found, ...byId];
  }, [people, exclude, chosen, words]);

  const choose = (person: DirectoryPerson | undefined) => {
    if (person === undefined) return;
    const role = person.role && roles.includes(person.role) ? person.role : 'student';
    onChange([...chosen, { id: person.id, name: person.name, avatarUrl: person.avatarUrl ?? null, role }]);
    setQuery('');
    setActive(-1);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    const last = options.length - 1;
    if (event.key === 'ArrowDown' && last >= 0) setActive(Math.min(active + 1, last));
    else if (event.key === 'ArrowUp' && last >= 0) setActive(Math.max(active - 1, 0));
    else if (event.key === 'Enter' && (active >= 0 || words !== '')) choose(options[Math.max(active, 0)]);
    else if (event.key === 'Backspace' && query === '') onChange(chosen.slice(0, -1));
    else return;
    if (event.key !== 'Backspace') event.preventDefault();
  };

  return (
    <div className={classes('st-root', styles.picker)}>
      {chosen.length > 0 ? (
        <ul className={styles.chosen} aria-label={t('ui-people-chosen')}>
          {chosen.map((person) => (
            <li key={person.id} className={styles.person}>
              <Avatar id={person.id} name={person.name} src={person.avatarUrl} size={28} />
              <span className={styles.name} dir="auto">
                {person.name}
              </span>
              <select
                className={styles.role}
                aria-label={t('ui-people-role', { name: person.name })}
                value={person.role}
                onChange={(event) => {
                  const role = event.target.value as Role;
                  onChange(chosen.map((other) => (other.id === person.id ? { ...other, role } : other)));
                }}
              >
                {roles.map((role) => (
                  <option key={role} value={role}>
                    {phrases.role(role)}
                  </option>
                ))}
              </select>
              <IconButton
                label={t('ui-people-drop', { name: person.name })}
                tooltip={false}
                onPress={() => onChange(chosen.filter((other) => other.id !== person.id))}
              >
                <X aria-hidden="true" />
              </IconButton>
            </li>
          ))}
        </ul>
      ) : null}
      <div className={styles.field}>
        <Search aria-hidden="true" />
        <input
          className={styles.input}
          type="text"
          role="combobox"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          // biome-ignore lint/a11y/noAutofocus: a dialog was opened to choose someone
          autoFocus={autoFocus && !touch}
          aria-label={label}
          aria-expanded={options.length > 0}
          aria-controls={options.length > 0 ? `${id}-list` : undefined}
          aria-autocomplete="list"
          aria-activedescendant={options[active] ? `${id}-${active}` : undefined}
          placeholder={t('ui-people-or-id')}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setActive(-1);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      {options.length > 0 ? (
        <div id={`${id}-list`} className={styles.options} role="listbox" aria-label={label}>
          {options.map((person, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field keeps the focus and hears the keys
            // biome-ignore lint/a11y/useFocusableInteractive: the field points at it
            <div
              key={person.id}
              id={`${id}-${index}`}
              ref={index === active ? (item) => item?.scrollIntoView?.({ block: 'nearest' }) : undefined}
              className={classes(styles.option, index === active && styles.active)}
              role="option"
              aria-selected={index === active}
              onClick={() => choose(person)}
            >
              <Option person={person} unknown={!people.includes(person)} />
            </div>
          ))}
        </div>
      ) : (
        <p className={styles.none} role="status">
          {noneText()}
        </p>
      )}
    </div>
  );

  function noneText(): string {
    if (loading) return late ? t('ui-people-loading') : '';
    if (words !== '') return t('ui-people-not-found', { query: words });
    return people.length > 0 ? t('ui-people-everyone-in') : '';
  }
}

function Option({ person, unknown }: { person: DirectoryPerson; unknown: boolean }) {
  const phrases = usePhrases();
  if (unknown) {
    return (
      <>
        <span className={styles.plus}>
          <UserPlus aria-hidden="true" />
        </span>
        <span className={styles.text}>{phrases.t('ui-people-by-id', { id: person.id })}</span>
      </>
    );
  }
  return (
    <>
      <Avatar id={person.id} name={person.name} src={person.avatarUrl} size={36} />
      <span className={styles.text}>
        <span className={styles.name} dir="auto">
          {person.name}
        </span>
        <span className={styles.about}>{person.about ?? phrases.role(person.role ?? 'student')}</span>
      </span>
    </>
  );
}
