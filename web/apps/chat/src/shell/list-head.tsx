/** The head of the list: a menu for oneself, the search everywhere, a new conversation. */
import type { Status } from '@samtale/client';
import { useConnectionStatus, useSamtaleClient, useView } from '@samtale/react';
import {
  Avatar,
  IconButton,
  Menu,
  MenuItem,
  MenuSeparator,
  MenuTrigger,
  Popover,
  PresenceShape,
  VisuallyHidden,
} from '@samtale/react/ui';
import { Activity, LogOut, Search, Settings, SquarePen } from 'lucide-react';
import { useState } from 'react';
import { Button as PlainButton } from 'react-aria-components/Button';
import type { Account } from '../session/account';
import { useTexts } from '../state/use-texts';
import styles from './list-head.module.css';

const STATUSES: readonly Status[] = ['online', 'away', 'busy', 'offline'];

/** What {@link ListHead} takes. */
export interface ListHeadProps {
  account: Account;
  onNewChat: () => void;
  onSearch: () => void;
  onSettings: () => void;
  onSignOut: () => void;
}

/** The status that was chosen; null: activity decides. */
interface ChosenStatus {
  chosen: Status | null;
  onChoose: (status: Status | null) => void;
}

/** Shows the head of the list. */
export function ListHead({ account, onNewChat, onSearch, onSettings, onSignOut }: ListHeadProps) {
  const { t, status } = useTexts();
  const client = useSamtaleClient();
  const own = useView(client.myStatus);
  const { isOffline } = useConnectionStatus();
  // Nobody sees a status that has not reached the server.
  const shown: Status = isOffline ? 'offline' : own;
  const [chosen, setChosen] = useState<Status | null>(null);
  const choose = (next: Status | null) => {
    setChosen(next);
    client.setStatus(next);
  };
  return (
    <div className={styles.head}>
      <MenuTrigger>
        <PlainButton className={styles.me ?? ''}>
          <Avatar id={account.userId} name={account.name} size={36} presence={shown} />
          <span className={styles.words}>
            <VisuallyHidden>{t('app-menu', { name: account.name })}</VisuallyHidden>
            <span className={styles.name} aria-hidden="true">
              {account.name}
            </span>
            <span className={styles.status}>{status(shown)}</span>
          </span>
        </PlainButton>
        <Popover placement="bottom start">
          <OwnMenu onSettings={onSettings} onSignOut={onSignOut} chosen={chosen} onChoose={choose} />
        </Popover>
      </MenuTrigger>
      <IconButton label={t('ui-search-title')} onPress={onSearch}>
        <Search aria-hidden="true" />
      </IconButton>
      <IconButton label={t('ui-new-chat')} onPress={onNewChat}>
        <SquarePen aria-hidden="true" />
      </IconButton>
    </div>
  );
}

/** What the menu's items are called. */
type Item = 'automatic' | Status | 'settings' | 'sign-out';

function OwnMenu(props: Pick<ListHeadProps, 'onSettings' | 'onSignOut'> & ChosenStatus) {
  const { onSettings, onSignOut, chosen, onChoose } = props;
  const { t, status } = useTexts();
  const act = (item: Item) => {
    switch (item) {
      case 'settings':
        return onSettings();
      case 'sign-out':
        return onSignOut();
      case 'automatic':
        return onChoose(null);
      default:
        return onChoose(item);
    }
  };
  const statusItem = (item: Status | null) => (
    <MenuItem
      key={item ?? 'automatic'}
      id={item ?? 'automatic'}
      label={item === null ? t('ui-status-automatic') : status(item)}
      icon={
        item === null ? (
          <Activity aria-hidden="true" />
        ) : (
          <span className={styles.shape}>
            <PresenceShape status={item} />
          </span>
        )
      }
      keys={item === chosen ? '✓' : undefined}
    />
  );
  return (
    <Menu aria-label={t('ui-status')} onAction={(key) => act(key as Item)}>
      {[null, ...STATUSES].map(statusItem)}
      <MenuSeparator />
      <MenuItem id="settings" label={t('ui-settings')} icon={<Settings aria-hidden="true" />} />
      <MenuSeparator />
      <MenuItem id="sign-out" label={t('ui-sign-out')} icon={<LogOut aria-hidden="true" />} />
    </Menu>
  );
}
