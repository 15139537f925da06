/**
 * The app for somebody who is signed in: the list, the conversation, what lies beside it, and the dialogs
 * over them. It decides what stands where; what things look like inside is the components' own.
 */
import type { Client } from '@samtale/client';
import { problemOf, useChat, useChats, useView } from '@samtale/react';
import { Button, ConversationList, NARROW, useMedia, usePrivacy } from '@samtale/react/ui';
import { type CSSProperties, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { Pane, Router } from '../routes';
import type { Account } from '../session/account';
import { signInAddress } from '../session/entrances';
import type { Session } from '../session/session';
import { showUnread, titleOf } from '../state/badge';
import { markLastState } from '../state/marks';
import { notify } from '../state/notice';
import { preferences } from '../state/preferences';
import { useTexts } from '../state/use-texts';
import { Boundary, Sentence } from './boundary';
import { ChatPane } from './chat-pane';
import { Devtools } from './devtools';
import { Dialogs } from './dialogs';
import { ListHead } from './list-head';
import { NewChatButton } from './new-chat-button';
import styles from './shell.module.css';
import { SidePane } from './side-pane';
import { Splitter } from './splitter';
import { Strips } from './strips';
import { useNavigation } from './use-navigation';

/** What {@link Shell} takes. */
export interface ShellProps {
  session: Session;
  router: Router;
  account: Account;
  client: Client;
}

/** Shows the app. */
export function Shell({ session, router, account, client }: ShellProps) {
  const texts = useTexts();
  const { t } = texts;
  const narrow = useMedia(NARROW);
  const { listWidth } = useSyncExternalStore(preferences.subscribe, preferences.getSnapshot);
  const [pulled, setPulled] = useState<number | null>(null);
  const main = useRef<HTMLElement>(null);
  const { place, ...go } = useNavigation(router, narrow);
  const chatId = place.route.page === 'chat' ? place.route.chatId : null;
  const messageId = place.route.page === 'chat' ? place.route.messageId : null;
  const side = place.pane !== null && (chatId !== null || place.pane.kind === 'search') ? place.pane : null;

  // Keeps what others see of oneself as it was chosen, here or on another device.
  usePrivacy();
  useTitle(chatId);
  // On a phone the list that had the focus is covered now.
  useEffect(() => {
    if (narrow && chatId !== null) main.current?.focus({ preventScroll: true });
  }, [narrow, chatId]);

  const dev = useSyncExternalStore(session.state.subscribe, session.state.getSnapshot).config?.dev ?? false;
  const { state } = useView(client.startup);
  if (state === 'failed') {
    return (
      <Sentence text={t('app-failed-start')} urgent>
        <Button tone="primary" onPress={() => location.reload()}>
          {t('ui-reload')}
        </Button>
      </Sentence>
    );
  }
  const width = pulled ?? listWidth;
  return (
    <div
      className={`st-root ${styles.shell} ${side === null ? '' : styles.withSide}`}
      style={{ '--list-width': `${width}px` } as CSSProperties}
    >
      <button type="button" className={styles.skip} onClick={() => main.current?.focus()}>
        {t('app-to-messages')}
      </button>
      <div className={styles.strips}>
        <Strips onSignIn={() => signInAgain(session, router)} />
      </div>
      <header
        className={`${styles.list} ${narrow && (chatId !== null || side !== null) ? styles.covered : ''}`}
      >
        <ListHead
          account={account}
          onNewChat={() => go.openDialog('new-chat')}
          onSearch={() => go.openPane({ kind: 'search', chatId: null })}
          onSettings={() => go.openDialog('settings')}
          onSignOut={() => go.openDialog('sign-out')}
        />
        <div className={styles.chats}>
          <Boundary>
            <ConversationList
              selectedChatId={chatId}
              onSelect={go.openChat}
              onProblem={(error) => notify(problemOf(error, texts).message)}
              emptyAction={<NewChatButton onPress={() => go.openDialog('new-chat')} />}
            />
          </Boundary>
        </div>
        <Splitter label={t('app-list-resize')} width={width} onPull={setPulled} />
      </header>
      <main
        ref={main}
        tabIndex={-1}
        className={`${styles.main} ${narrow && (chatId === null || side !== null) ? styles.covered : ''}`}
      >
        <Boundary about={chatId ?? ''}>
          <ChatPane chatId={chatId} messageId={messageId} pane={side} narrow={narrow} go={go} />
        </Boundary>
      </main>
      {side === null ? null : (
        <div key={paneKey(side, chatId)} className={styles.side} ref={takeFocus}>
          <Boundary>
            <SidePane pane={side} chatId={chatId} account={account} dev={dev} go={go} />
          </Boundary>
        </div>
      )}
      <Dialogs session={session} client={client} dialog={place.dialog} go={go} />
      <Devtools client={client} />
    </div>
  );
}

function paneKey(pane: Pane, chatId: string | null): string {
  return `${pane.kind} ${pane.kind === 'thread' ? pane.rootId : chatId}`;
}

/** A pane that opens has the focus, so that Esc closes it; a search has taken it to its field already. */
function takeFocus(side: HTMLElement | null): void {
  if (side === null || side.contains(document.activeElement)) return;
  // The pane itself: on its first button the focus would open a tooltip.
  const pane = side.querySelector<HTMLElement>('aside, [role="complementary"], section') ?? side;
  pane.tabIndex = -1;
  pane.focus({ preventScroll: true });
}

/** Leads to where the session can be renewed; what is stored here stays. */
function signInAgain(session: Session, router: Router): void {
  const signInUrl = session.state.getSnapshot().config?.signInUrl ?? null;
  if (signInUrl === null) router.go({ page: 'sign-in' });
  else location.assign(signInAddress(signInUrl));
}

/** Keeps the title, the favicon and the app's badge; muted chats don't count. */
function useTitle(chatId: string | null): void {
  const { t } = useTexts();
  const { chats, loading } = useChats();
  const name = useChat(chatId ?? '')?.name ?? null;
  const unread = chats.reduce((sum, chat) => sum + (chat.muted === false ? chat.unreadCount : 0), 0);
  useEffect(() => {
    showUnread(titleOf(t('app-name'), chatId === null ? null : name, unread), unread);
  }, [t, chatId, name, unread]);
  useEffect(() => {
    if (!loading && chats.length > 0) markLastState();
  }, [loading, chats.length]);
}
