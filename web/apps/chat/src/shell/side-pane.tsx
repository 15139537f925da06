/** What lies beside the conversation: search, the participants, a thread. */
import { MessageSearch, ParticipantPanel, ThreadView } from '@samtale/react/ui';
import type { Pane } from '../routes';
import type { Navigation } from './use-navigation';

/** Shows a pane. */
export function SidePane({ pane, chatId, go }: { pane: Pane; chatId: string | null; go: Navigation }) {
  switch (pane.kind) {
    case 'search':
      return <MessageSearch chatId={pane.chatId} onOpenMessage={go.openMessage} onClose={go.close} />;
    case 'participants':
      return chatId === null ? null : (
        <ParticipantPanel chatId={chatId} onClose={go.close} onLeft={go.toList} />
      );
    case 'thread':
      return chatId === null ? null : <ThreadView chatId={chatId} rootId={pane.rootId} onClose={go.close} />;
  }
}
