/** The connection inspector: how it stands, by the engine's own names, and levers to try it. */
import { VERSION } from '@samtale/client';
import { usePhrases, useSamtaleClient, useView } from '../hooks';
import { Button } from '../ui/primitives';
import styles from './devtools.module.css';
import { Facts, millis } from './facts';
import { useTick } from './use-tick';

/** Shows the connection. */
export function ConnectionTab() {
  const { t } = usePhrases();
  const client = useSamtaleClient();
  const connection = useView(client.connection);
  const startup = useView(client.startup);
  const storage = useView(client.storage);
  const status = useView(client.myStatus);
  useTick(1_000);
  const { state, retryAt } = connection;
  // In browsers the engine's clock is that of `performance`.
  const wait = retryAt === null ? null : Math.max(0, Math.ceil((retryAt - performance.now()) / 1_000));
  let transport: string | null = null;
  if (state === 'connected') transport = t('devtools-transport-socket');
  if (state === 'degraded') transport = t('devtools-transport-http');
  return (
    <>
      <div className={styles.levers}>
        <Button size="small" onPress={client.connect}>
          {t('devtools-connect')}
        </Button>
        <Button size="small" onPress={client.reconnect}>
          {t('devtools-reconnect')}
        </Button>
        <Button size="small" onPress={client.disconnect}>
          {t('devtools-disconnect')}
        </Button>
      </div>
      <Facts
        facts={[
          [t('devtools-state'), <code key="state">{state}</code>],
          [t('devtools-transport'), transport],
          [t('devtools-network'), <code key="network">{connection.network}</code>],
          [t('devtools-latency'), millis(connection.latencyMs)],
          [t('devtools-attempts'), String(connection.attempt)],
          [t('devtools-next-retry'), wait === null ? null : t('devtools-retry-in', { count: wait })],
          [t('devtools-failure'), connection.failure],
          [t('devtools-engine'), startup.error ? startup.error.message : startup.state],
          [t('devtools-storage'), storage],
          [t('devtools-my-status'), status],
          [t('devtools-user'), client.userId],
          [t('devtools-server'), client.url],
          [t('devtools-version'), VERSION],
        ]}
      />
    </>
  );
}
