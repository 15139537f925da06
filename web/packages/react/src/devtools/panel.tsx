/** The panel: four tabs, a report for whoever helps, Esc closes. */
import { X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components/Tabs';
import { usePhrases, useSamtaleClient } from '../hooks';
import { classes, IconButton, useOverlayTheme } from '../ui/primitives';
import { ConnectionTab } from './connection-tab';
import { CopyButton } from './copy-button';
import styles from './devtools.module.css';
import { EventsTab } from './events-tab';
import { PerformanceTab } from './performance-tab';
import { QueueTab } from './queue-tab';

const TABS = [
  { id: 'connection', Contents: ConnectionTab },
  { id: 'queue', Contents: QueueTab },
  { id: 'events', Contents: EventsTab },
  { id: 'performance', Contents: PerformanceTab },
] as const;

/** Shows the developer tools along the foot of the page. */
export default function DevtoolsPanel({ onClose }: { onClose: () => void }) {
  const { t } = usePhrases();
  const theme = useOverlayTheme();
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    panel.current?.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]')?.focus();
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    event.stopPropagation();
    onClose();
  };
  return (
    <section
      ref={panel}
      className={classes('st-root', styles.panel)}
      aria-label={t('devtools-title')}
      data-theme={theme}
      onKeyDown={onKeyDown}
    >
      <Tabs className={styles.tabs ?? ''} defaultSelectedKey="connection">
        <div className={styles.bar}>
          <TabList className={styles.tabList ?? ''} aria-label={t('devtools-title')}>
            {TABS.map(({ id }) => (
              <Tab key={id} id={id} className={styles.tab ?? ''}>
                {t(`devtools-tab-${id}`)}
              </Tab>
            ))}
          </TabList>
          <CopyReport />
          <IconButton label={t('devtools-close')} keys="Esc" onPress={onClose}>
            <X aria-hidden="true" />
          </IconButton>
        </div>
        {TABS.map(({ id, Contents }) => (
          <TabPanel key={id} id={id} className={styles.contents ?? ''}>
            <Contents />
          </TabPanel>
        ))}
      </Tabs>
    </section>
  );
}

/** Copies everything a support person asks for; no words of anyone are in it. */
function CopyReport() {
  const client = useSamtaleClient();
  return (
    <CopyButton labelKey="devtools-copy-report" text={() => JSON.stringify(client.inspect(), null, 2)} />
  );
}
