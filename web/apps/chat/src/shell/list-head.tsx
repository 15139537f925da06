/** The head of the list: a menu for oneself, the search everywhere, a new conversation. */
import type { Status } from '@samtale/client';
import { useSamtaleClient, useView } from '@samtale/react';
import {
  Avatar,
  IconButton,
  Menu,
  MenuItem,
  MenuSeparator,
  MenuTrigger,
  Popover,
  PresenceShape,
} from '@samtale/react/ui';
import { Activity, CircleHelp, FileCode2, LogOut, Search, Settings, SquarePen } from 'lucide-react';
import { useState } from 'react';
import { Button as PlainButton } from 'react-aria-components/Button';
import type { Account } from '../session/account';
import { useTexts } from '../state/use-texts';
import styles from './list-head.module.css';

const STATUSES: readonly Status[] = ['online', 'away', 'busy', 'offline'];

/** What {@link ListHead} takes. */
export interface ListHeadProps {
  account: Account;
  /** Whether the server is a developer's: then its documentation is a step away. */
  dev: boolean;
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
export function ListHead({ account, dev, onNewChat, onSearch, onSettings, onSignOut }: ListHeadProps) {
  const { t, status } = useTexts();
  const client = useSamtaleClient();
  const currentStatus = useView(client.myStatus);
  const [chosen, setChosen] = useState<Status | null>(null);
  const choose = (next: Status | null) => {
    setChosen(next);
    client.setStatus(next);
  };
  return (
    <div className={styles.head}>
      <MenuTrigger>
        <PlainButton className={styles.me ?? ''} aria-label={t('app-menu', { name: account.name })}>
          <Avatar id={account.userId} name={account.name} size={36} presence={currentStatus} />
          <span className={styles.words}>
            <span className={styles.name}>{account.name}</span>
            <span className={styles.status}>{status(currentStatus)}</span>
          </span>
        </PlainButton>
        <Popover placement="bottom start">
          <OwnMenu
            dev={dev}
            onSettings={onSettings}
            onSignOut={onSignOut}
            chosen={chosen}
            onChoose={choose}
          />
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
type Item = 'automatic' | Status | 'settings' | 'api' | 'server' | 'sign-out';

function OwnMenu(props: Pick<ListHeadProps, 'dev' | 'onSettings' | 'onSignOut'> & ChosenStatus) {
  const { dev, onSettings, onSignOut, chosen, onChoose } = props;
  const { t, status } = useTexts();
  const act = (item: Item) => {
    switch (item) {
      case 'settings':
        return onSettings();
      case 'sign-out':
        return onSignOut();
      case 'automatic':
        return onChoose(null);
      case 'api':
      case 'server':
        return;
      default:
        return onChoose(item);
    }
  };
  const statusItem = (item: Status | null) => (
    <MenuItem
      key={item ?? 'automatic'}
      id={item ?? 'automatic'}
      label={item === null ? t('ui-status-automatic') : status(item)}
      icon={item === null ? <Activity aria-hidden="true" /> : <PresenceShape status={item} />}
      keys={item === chosen ? '✓' : undefined}
    />
  );
  return (
    <Menu aria-label={t('ui-status')} onAction={(key) => act(key as Item)}>
      {[null, ...STATUSES].map(statusItem)}
      <MenuSeparator />
      <MenuItem id="settings" label={t('ui-settings')} icon={<Settings aria-hidden="true" />} />
      {dev ? (
        <MenuItem
          id="api"
          href="/api/docs"
          target="_blank"
          label={t('app-api-docs')}
          icon={<FileCode2 aria-hidden="true" />}
        />
      ) : null}
      {dev ? (
        <MenuItem
          id="server"
          href="/about"
          target="_blank"
          label={t('app-about')}
          icon={<CircleHelp aria-hidden="true" />}
        />
      ) : null}
      <MenuSeparator />
      <MenuItem id="sign-out" label={t('ui-sign-out')} icon={<LogOut aria-hidden="true" />} />
    </Menu>
  );
}
