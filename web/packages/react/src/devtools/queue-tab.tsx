/** The message queue viewer: what waits, how it stands; contents only when they are asked for. */
import type { OutboxItem } from '@samtale/client';
import { RotateCw, X } from 'lucide-react';
import { useState } from 'react';
import { usePhrases, useSamtaleClient, useView } from '../hooks';
import { SwitchField } from '../ui/field/fields';
import { Button, IconButton } from '../ui/primitives';
import styles from './devtools.module.css';
import { bytes, millis } from './facts';
import { useTick } from './use-tick';

/** Shows the queue. */
export function QueueTab() {
  const { t } = usePhrases();
  const client = useSamtaleClient();
  const outbox = useView(client.outbox);
  const [bodies, setBodies] = useState(false);
  useTick(1_000);
  const failed = outbox.items.some(({ state }) => state.status === 'failed' || state.status === 'expired');
  return (
    <>
      <div className={styles.levers}>
        <span className={styles.note}>
          {t('devtools-queue-size', {
            count: outbox.items.length,
            max: outbox.maxItems,
            bytes: bytes(outbox.bytes) ?? '',
            limit: bytes(outbox.maxBytes) ?? '',
          })}
        </span>
        <SwitchField label={t('devtools-queue-show-bodies')} checked={bodies} onChange={setBodies} />
        {failed ? (
          <Button size="small" onPress={client.retryAll}>
            {t('action-retry-all')}
          </Button>
        ) : null}
      </div>
      {outbox.items.length === 0 ? (
        <p className={styles.none}>{t('devtools-queue-empty')}</p>
      ) : (
        <div className={styles.tableBox}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t('devtools-queue-kind')}</th>
                <th scope="col">{t('devtools-queue-state')}</th>
                <th scope="col">{t('devtools-queue-attempts')}</th>
                <th scope="col">{t('devtools-queue-bytes')}</th>
                <th scope="col">{t('devtools-queue-age')}</th>
                <th scope="col">{t('devtools-queue-chat')}</th>
                <th scope="col">{t('devtools-queue-body')}</th>
                <th scope="col">{t('devtools-queue-actions')}</th>
              </tr>
            </thead>
            <tbody>
              {outbox.items.map((item) => (
                <Row key={item.op} item={item} bodies={bodies} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

function Row({ item, bodies }: { item: OutboxItem; bodies: boolean }) {
  const { t } = usePhrases();
  const client = useSamtaleClient();
  const { state } = item;
  const stuck = state.status === 'failed' || state.status === 'expired';
  return (
    <tr>
      <th scope="row">
        <code>{item.kind}</code>
      </th>
      <td>
        {state.status === 'failed'
          ? t('devtools-queue-failed', { code: state.code })
          : t(`devtools-queue-${state.status}`)}
      </td>
      <td>{item.attempts}</td>
      <td>{bytes(item.bytes)}</td>
      <td>{millis(Math.max(0, Date.now() - item.queuedAt))}</td>
      <td>
        <code title={item.chat}>{item.chat.slice(-6)}</code>
      </td>
      <td>{bodies ? <Body item={item} /> : t('devtools-queue-body-hidden')}</td>
      <td>
        <span className={styles.rowActions}>
          {stuck ? (
            <IconButton
              label={t('action-retry')}
              onPress={() => {
                client.retry(item.op).catch(() => {});
              }}
            >
              <RotateCw aria-hidden="true" />
            </IconButton>
          ) : null}
          {stuck || item.attempts === 0 ? (
            <IconButton label={t('action-cancel')} onPress={() => client.cancel(item.op)}>
              <X aria-hidden="true" />
            </IconButton>
          ) : null}
        </span>
      </td>
    </tr>
  );
}

/** The words of an op, read where they are shown; nowhere else do the tools touch them. */
function Body({ item }: { item: OutboxItem }) {
  const { t } = usePhrases();
  const client = useSamtaleClient();
  const content = useView(client.timeline(item.chat), ({ entries }) => {
    const found = entries.find(({ message }) => message.id === item.message);
    return item.kind === 'send' || item.kind === 'edit' ? (found?.message.content ?? '') : '';
  });
  if (content === '') return <>{t('devtools-queue-body-none')}</>;
  return <span className={styles.body}>{content}</span>;
}
