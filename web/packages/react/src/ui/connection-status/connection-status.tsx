/**
 * Strips across the top of the app: the connection after two seconds of trouble, a new version, a
 * device that stores nothing. Neutral, in words, told politely; nothing while all is well.
 */
import { CloudOff, Gauge, RefreshCw, TriangleAlert, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useConnectionStatus, usePhrases, useSamtaleClient, useView } from '../../hooks';
import { Button, classes, IconButton } from '../primitives';
import { useAfter } from '../use-after';
import styles from './connection-status.module.css';

/** How long the slower way may last before it is mentioned, in milliseconds. */
const GRACE_MS = 2_000;

/** What {@link ConnectionStatus} takes. */
export interface ConnectionStatusProps {
  /** Loads the app anew, where it is too old; default `location.reload()`. */
  onReload?: () => void;
  /** Signs in again, where the session has ended; without it there is no button. */
  onSignIn?: () => void;
  className?: string;
}

/** Shows a strip while the connection is not what it should be. */
export function ConnectionStatus({ onReload = reload, onSignIn, className }: ConnectionStatusProps) {
  const { t } = usePhrases();
  const { state, isOffline, text, problem, reconnect } = useConnectionStatus();
  const slow = useAfter(state === 'degraded', GRACE_MS);

  let icon: ReactNode = null;
  let words = '';
  let action: readonly [label: string, onPress: () => void] | null = null;
  const gone = problem !== null || state === 'failed';
  if (gone) {
    const code = problem?.code ?? 'unavailable';
    icon = <TriangleAlert aria-hidden="true" />;
    words = problem?.message ?? text;
    action = [t('action-retry'), reconnect];
    if (code === 'engine_failed' || code === 'unsupported_version') {
      action = [t('ui-reload'), onReload];
    } else if (code === 'signed_out' || code === 'unauthorized') {
      action = onSignIn ? [t('ui-sign-in'), onSignIn] : null;
    }
  } else if (isOffline) {
    icon = <CloudOff aria-hidden="true" />;
    words = text;
    if (state === 'reconnecting') action = [t('ui-connection-retry'), reconnect];
  } else if (slow) {
    icon = <Gauge aria-hidden="true" />;
    words = text;
  }
  return (
    <div className={classes('st-root', styles.region, className)} role="status" aria-live="polite">
      {words === '' ? null : (
        <Strip icon={icon} tone={gone ? 'warning' : 'neutral'}>
          <span>{words}</span>
          {action ? (
            <Button size="small" onPress={action[1]}>
              {action[0]}
            </Button>
          ) : null}
        </Strip>
      )}
    </div>
  );
}

/** What {@link UpdateBanner} takes. */
export interface UpdateBannerProps {
  /** Whether a new version waits. Default true. */
  isOpen?: boolean;
  onReload: () => void;
  /** Puts it off; without it there is no such button. */
  onDismiss?: () => void;
}

/** Says that a new version is ready; nothing changes under a running page. */
export function UpdateBanner({ isOpen = true, onReload, onDismiss }: UpdateBannerProps) {
  const { t } = usePhrases();
  return (
    <div className={classes('st-root', styles.region)} role="status" aria-live="polite">
      {isOpen ? (
        <Strip icon={<RefreshCw aria-hidden="true" />} tone="accent">
          <span>{t('ui-update')}</span>
          <Button size="small" onPress={onReload}>
            {t('ui-reload')}
          </Button>
          {onDismiss ? <Dismiss onPress={onDismiss} /> : null}
        </Strip>
      ) : null}
    </div>
  );
}

/** Warns where the device stores nothing, or only what is unsent. It can be put away. */
export function StorageWarning({ className }: { className?: string }) {
  const { t } = usePhrases();
  const storage = useView(useSamtaleClient().storage);
  const [dismissed, setDismissed] = useState<string | null>(null);
  const shown = (storage === 'memory' || storage === 'tight') && dismissed !== storage;
  return (
    <div className={classes('st-root', styles.region, className)} role="status" aria-live="polite">
      {shown ? (
        <Strip icon={<TriangleAlert aria-hidden="true" />} tone="warning">
          <span>{t(`ui-storage-${storage}`)}</span>
          <Dismiss onPress={() => setDismissed(storage)} />
        </Strip>
      ) : null}
    </div>
  );
}

function Strip(props: { icon: ReactNode; tone: 'neutral' | 'warning' | 'accent'; children: ReactNode }) {
  return (
    <div className={classes(styles.strip, styles[props.tone])}>
      {props.icon}
      {props.children}
    </div>
  );
}

function Dismiss({ onPress }: { onPress: () => void }) {
  const { t } = usePhrases();
  return (
    <IconButton label={t('ui-close')} tooltip={false} className={styles.dismiss ?? ''} onPress={onPress}>
      <X aria-hidden="true" />
    </IconButton>
  );
}

function reload(): void {
  window.location.reload();
}
