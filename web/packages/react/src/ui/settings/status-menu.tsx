/** One's own status, and the menu that sets it. */
import type { Status } from '@samtale/client';
import { usePhrases, useSamtaleClient, useView } from '../../hooks';
import { PresenceShape } from '../presence-indicator/presence-shape';
import { Button, Menu, MenuItem, MenuTrigger, Popover } from '../primitives';
import styles from './status-menu.module.css';

const STATUSES: readonly Status[] = ['online', 'away', 'busy', 'offline'];

/** Shows one's own status as a button; its menu sets one, or leaves it to activity. */
export function StatusMenu() {
  const phrases = usePhrases();
  const { t } = phrases;
  const client = useSamtaleClient();
  const status = useView(client.myStatus);
  return (
    <MenuTrigger>
      <Button
        size="small"
        className={styles.mine ?? ''}
        aria-label={t('ui-status-mine', { status: phrases.status(status) })}
      >
        <PresenceShape status={status} />
        {phrases.status(status)}
      </Button>
      <Popover placement="bottom start">
        <Menu
          aria-label={t('ui-status-set')}
          onAction={(key) => client.setStatus(key === 'automatic' ? null : (key as Status))}
        >
          <MenuItem id="automatic" label={t('ui-status-automatic')} />
          {STATUSES.map((each) => (
            <MenuItem
              key={each}
              id={each}
              label={phrases.status(each)}
              icon={<PresenceShape status={each} />}
            />
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
