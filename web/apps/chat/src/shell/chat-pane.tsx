/** The conversation that is open, or a sentence where there is none. */
import { useChat, useChats, useConnectionStatus } from '@samtale/react';
import { Button, ConversationHeader, ConversationView } from '@samtale/react/ui';
import { useEffect } from 'react';
import type { Pane } from '../routes';
import { markLastState } from '../state/marks';
import { useTexts } from '../state/use-texts';
import { Sentence } from './boundary';
import { NewChatButton } from './new-chat-button';
import type { Navigation } from './use-navigation';

/** Codes that say: there is no such chat for you. */
const UNKNOWN: readonly string[] = [
  'not_found',
  'not_participant',
  'forbidden',
  'bad_request',
  'unmatched_topic',
];

/** What a chat's id looks like. */
const IS_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What {@link ChatPane} takes. */
export interface ChatPaneProps {
  chatId: string | null;
  /** The message to be shown. */
  messageId: string | null;
  /** What lies beside it. */
  pane: Pane | null;
  /** Whether it has the page to itself. */
  narrow: boolean;
  go: Navigation;
}

/** Shows the conversation. */
export function ChatPane({ chatId, messageId, pane, narrow, go }: ChatPaneProps) {
  const { t } = useTexts();
  if (chatId === null) return <NothingChosen go={go} />;
  if (!IS_ID.test(chatId)) return <NoChat text={t('app-chat-unknown')} go={go} />;
  return (
    <Conversation key={chatId} chatId={chatId} messageId={messageId} pane={pane} narrow={narrow} go={go} />
  );
}

function Conversation({ chatId, messageId, pane, narrow, go }: ChatPaneProps & { chatId: string }) {
  const { t } = useTexts();
  const chat = useChat(chatId);
  const { isOffline } = useConnectionStatus();
  const lost = chat?.problem !== undefined && chat.problem !== null && UNKNOWN.includes(chat.problem.code);
  useEffect(() => {
    if (chat?.lastMessage) markLastState();
  }, [chat?.lastMessage]);

  if (lost) return <NoChat text={t('app-chat-unknown')} go={go} />;
  if (chat === null && isOffline) return <NoChat text={t('app-chat-not-here')} go={go} />;
  return (
    <ConversationView
      chatId={chatId}
      header={
        <ConversationHeader
          chatId={chatId}
          onBack={narrow ? go.toList : undefined}
          onSearch={() => go.togglePane({ kind: 'search', chatId })}
          onPanel={() => go.togglePane({ kind: 'participants' })}
          searchOpen={pane?.kind === 'search'}
          panelOpen={pane?.kind === 'participants'}
        />
      }
      onOpenThread={(rootId) => go.openPane({ kind: 'thread', rootId })}
      focusMessageId={messageId}
      onFocused={go.messageShown}
    />
  );
}

function NothingChosen({ go }: { go: Navigation }) {
  const { t } = useTexts();
  const { chats } = useChats();
  // Where there are no chats at all, the list has the button.
  return (
    <Sentence text={t('app-choose-chat')}>
      {chats.length === 0 ? null : <NewChatButton onPress={() => go.openDialog('new-chat')} />}
    </Sentence>
  );
}

function NoChat({ text, go }: { text: string; go: Navigation }) {
  const { t } = useTexts();
  return (
    <Sentence text={text}>
      <Button tone="primary" onPress={go.toList}>
        {t('app-to-chats')}
      </Button>
    </Sentence>
  );
}
