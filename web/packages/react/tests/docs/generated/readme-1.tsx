import { SamtaleProvider } from '@samtale/react';
import { ConversationView } from '@samtale/react/ui';
import '@samtale/react/styles.css';

export const Page = ({ userId, chatId }: { userId: string; chatId: string }) => (
  <SamtaleProvider url="https://chat.example.no" userId={userId} getToken={getToken}>
    <ConversationView chatId={chatId} />
  </SamtaleProvider>
);
const getToken = async () => (await fetch('/api/samtale-token')).text();
