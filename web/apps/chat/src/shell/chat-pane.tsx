/** The conversation that is open, or a sentence where there is none. */
import { useChat, useConnectionStatus } from '@samtale/react';
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
  if (chatId === null) {
    return (
      <Sentence text={t('app-choose-chat')}>
        <NewChatButton onPress={() => go.openDialog('new-chat')} />
      </Sentence>
    );
  }
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

  if (lost || (chat === null && isOffline)) {
    return (
      <Sentence text={lost ? t('app-chat-unknown') : t('app-chat-not-here')}>
        <Button onPress={go.toList}>{t('app-to-chats')}</Button>
      </Sentence>
    );
  }
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
