/** The dialogs that a person opens: a new conversation, the settings, signing out. */
import type { Client } from '@samtale/client';
import {
  Button,
  forgetPrivacy,
  NewChatDialog,
  type PeopleDirectory,
  SettingsDialog,
  SignOutDialog,
} from '@samtale/react/ui';
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { Dialog } from '../routes';
import { fetchDemoUsers } from '../session/demo';
import type { Session } from '../session/session';
import { preferences } from '../state/preferences';
import { useTexts } from '../state/use-texts';
import { openDevtools } from './devtools';
import styles from './opened-dialog.module.css';
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
      directory={useDemoDirectory(dev, client.userId)}
    />
  );
}

/** The demo's people may all be written to; a host product's are those one has chats with. */
function useDemoDirectory(dev: boolean, userId: string): PeopleDirectory | undefined {
  const [directory, setDirectory] = useState<PeopleDirectory>();
  useEffect(() => {
    if (!dev) return;
    const gone = new AbortController();
    fetchDemoUsers(gone.signal).then(
      (users) =>
        setDirectory(
          users
            .filter((user) => user.userId !== userId)
            .map(({ userId: id, name, role, about }) => ({ id, name, role: roleOf(role), about })),
        ),
      // Offline: those one knows already will do.
      () => undefined,
    );
    return () => gone.abort();
  }, [dev, userId]);
  return directory;
}

function roleOf(role: string) {
  return role === 'tutor' || role === 'guardian' ? role : 'student';
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
