/** The dialogs that a person opens: a new conversation, the settings, signing out. */
import type { Client } from '@samtale/client';
import { forgetPrivacy } from '@samtale/react/privacy';
import { Button, NewChatDialog, SettingsDialog, SignOutDialog } from '@samtale/react/ui';
import { useSyncExternalStore } from 'react';
import type { Dialog } from '../routes';
import type { Session } from '../session/session';
import { notify } from '../state/notice';
import { preferences } from '../state/preferences';
import { useTexts } from '../state/use-texts';
import { openDevtools } from './devtools';
import styles from './opened-dialog.module.css';
import { useDemoDirectory } from './use-demo-directory';
import type { Navigation } from './use-navigation';

/** What {@link OpenedDialog} takes. */
export interface OpenedDialogProps {
  session: Session;
  client: Client;
  dialog: Dialog;
  go: Navigation;
}

/** Shows the dialog. */
export default function OpenedDialog({ session, client, dialog, go }: OpenedDialogProps) {
  switch (dialog) {
    case 'new-chat':
      return <NewChat session={session} client={client} go={go} />;
    case 'settings':
      return <Settings client={client} session={session} go={go} />;
    case 'sign-out':
      return (
        <SignOutDialog
          isOpen
          onClose={go.close}
          onSignedOut={() => {
            forgetPrivacy(client.userId);
            go.toList();
            void session.signOut();
          }}
        />
      );
  }
}

function NewChat({ session, client, go }: Omit<OpenedDialogProps, 'dialog'>) {
  const dev = session.state.getSnapshot().config?.dev ?? false;
  return (
    <NewChatDialog
      isOpen
      onClose={go.close}
      onCreated={go.openChat}
      onProblem={notify}
      directory={useDemoDirectory(dev, client.userId)}
    />
  );
}

function Settings({ client, session, go }: Omit<OpenedDialogProps, 'dialog'>) {
  const { t, locale } = useTexts();
  const { theme } = useSyncExternalStore(preferences.subscribe, preferences.getSnapshot);
  const dev = session.state.getSnapshot().config?.dev ?? false;
  return (
    <SettingsDialog
      isOpen
      onClose={go.close}
      language={locale}
      onLanguageChange={(language) => preferences.change({ language })}
      theme={theme}
      onThemeChange={(next) => preferences.change({ theme: next })}
    >
      <section className={styles.about}>
        <h3 className={styles.heading}>{t('app-about')}</h3>
        <p className={styles.version}>{t('app-version', { version: client.inspect().version })}</p>
        <div className={styles.links}>
          {dev ? (
            <a className={styles.link} href="/api/docs/" target="_blank" rel="noopener noreferrer">
              {t('app-api-docs')}
            </a>
          ) : null}
          <Button
            size="small"
            onPress={() => {
              go.close();
              openDevtools();
            }}
          >
            {t('devtools-open')}
          </Button>
        </div>
      </section>
    </SettingsDialog>
  );
}
