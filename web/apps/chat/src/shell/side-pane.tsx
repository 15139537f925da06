/** What lies beside the conversation: search, the participants, a thread. */
import { MessageSearch, ParticipantPanel, ThreadView } from '@samtale/react/ui';
import type { Pane } from '../routes';
import type { Account } from '../session/account';
import { useDemoDirectory } from './use-demo-directory';
import type { Navigation } from './use-navigation';

/** What {@link SidePane} takes. */
export interface SidePaneProps {
  pane: Pane;
  chatId: string | null;
  account: Account;
  /** Whether the server has demo users. */
  dev: boolean;
  go: Navigation;
}

/** Shows a pane. */
export function SidePane({ pane, chatId, account, dev, go }: SidePaneProps) {
  const directory = useDemoDirectory(dev && pane.kind === 'participants', account.userId);
  switch (pane.kind) {
    case 'search':
      return <MessageSearch chatId={pane.chatId} onOpenMessage={go.openMessage} onClose={go.close} />;
    case 'participants':
      return chatId === null ? null : (
        <ParticipantPanel chatId={chatId} onClose={go.close} onLeft={go.toList} directory={directory} />
      );
    case 'thread':
      return chatId === null ? null : <ThreadView chatId={chatId} rootId={pane.rootId} onClose={go.close} />;
  }
}
