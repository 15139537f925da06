/** The live event log: names, chats and codes; never a word of anyone. */
import type { LogEntry } from '@samtale/client';
import { Pause, Play, Trash2 } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { usePhrases, useSamtaleClient } from '../hooks';
import { Button } from '../ui/primitives';
import { CopyButton } from './copy-button';
import styles from './devtools.module.css';

/** How many events are kept on the screen. */
const KEPT = 500;

/** An event, with a number of its own. */
interface Seen {
  readonly entry: LogEntry;
  readonly number: number;
}

/** Shows what happens, the newest first. */
export function EventsTab() {
  const { t } = usePhrases();
  const { seen, paused, setPaused, clear } = useEvents();
  const [filter, setFilter] = useState('');
  const shown = useMemo(() => seen.filter(({ entry }) => matches(entry, filter)), [seen, filter]);
  const text = () =>
    shown
      .map(({ entry }) => [timeOf(entry), entry.event, entry.chat ?? '-', entry.code ?? '-'].join('\t'))
      .join('\n');
  return (
    <>
      <div className={styles.levers}>
        <input
          className={styles.filter}
          type="search"
          value={filter}
          placeholder={t('devtools-log-filter')}
          aria-label={t('devtools-log-filter')}
          onChange={(event) => setFilter(event.target.value)}
        />
        <Button size="small" onPress={() => setPaused(!paused)}>
          {paused ? <Play aria-hidden="true" /> : <Pause aria-hidden="true" />}
          {paused ? t('devtools-log-resume') : t('devtools-log-pause')}
        </Button>
        <Button size="small" onPress={clear}>
          <Trash2 aria-hidden="true" />
          {t('devtools-log-clear')}
        </Button>
        <CopyButton labelKey="devtools-log-copy" text={text} />
        <span className={styles.note}>{t('devtools-log-count', { count: shown.length })}</span>
      </div>
      {shown.length === 0 ? (
        <p className={styles.none}>{t('devtools-log-empty')}</p>
      ) : (
        <div className={styles.tableBox}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t('devtools-log-time')}</th>
                <th scope="col">{t('devtools-log-event')}</th>
                <th scope="col">{t('devtools-queue-chat')}</th>
                <th scope="col">{t('devtools-log-code')}</th>
              </tr>
            </thead>
            <tbody>
              {[...shown].reverse().map(({ entry, number }) => (
                <tr key={number}>
                  <td>
                    <code>{timeOf(entry)}</code>
                  </td>
                  <th scope="row">
                    <code>{entry.event}</code>
                  </th>
                  <td>{entry.chat ? <code title={entry.chat}>{entry.chat.slice(-6)}</code> : '–'}</td>
                  <td>{entry.code ? <code>{entry.code}</code> : '–'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

/** Follows the client's events: what it remembers first, then what comes; batched by the frame. */
function useEvents() {
  const client = useSamtaleClient();
  const number = useRef(0);
  const [seen, setSeen] = useState<readonly Seen[]>([]);
  const [paused, setPaused] = useState(false);
  useEffect(() => {
    if (paused) return;
    const numbered = (entry: LogEntry): Seen => {
      number.current += 1;
      return { entry, number: number.current };
    };
    setSeen((before) => (before.length === 0 ? client.log().map(numbered) : before));
    let arrived: Seen[] = [];
    let frame = 0;
    const flush = () => {
      frame = 0;
      const batch = arrived;
      arrived = [];
      setSeen((before) => [...before, ...batch].slice(-KEPT));
    };
    const stop = client.onEvent((entry) => {
      arrived.push(numbered(entry));
      if (frame === 0) frame = requestAnimationFrame(flush);
    });
    return () => {
      stop();
      cancelAnimationFrame(frame);
    };
  }, [client, paused]);
  return { seen, paused, setPaused, clear: () => setSeen([]) };
}

function matches({ event, chat, code }: LogEntry, filter: string): boolean {
  const wanted = filter.trim().toLowerCase();
  return wanted === '' || [event, chat, code].some((part) => part?.toLowerCase().includes(wanted));
}

/** Returns the time of an event to the millisecond, on this device's clock. */
function timeOf({ at }: LogEntry): string {
  const time = new Date(at);
  const two = (part: number) => String(part).padStart(2, '0');
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':');
  return `${clock}.${String(time.getMilliseconds()).padStart(3, '0')}`;
}
