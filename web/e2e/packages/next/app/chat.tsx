'use client';

/** The part that lives in the browser; it is rendered on the server first. */
import { SamtaleProvider, useRealtimeChat } from '@samtale/react';
import { ConversationView } from '@samtale/react/ui';

const server = process.env.NEXT_PUBLIC_SAMTALE ?? '';
const chatId = process.env.NEXT_PUBLIC_CHAT ?? '';

async function getToken(): Promise<string> {
  const answer = await fetch(`${server}/dev/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: 'ingrid' }),
  });
  return (await answer.json()).token;
}

function State() {
  const { isConnected, messages } = useRealtimeChat({ chatId });
  return (
    <p>
      {isConnected ? 'connected' : 'not connected'}, {messages.length} messages
    </p>
  );
}

export function Chat() {
  return (
    <SamtaleProvider url={server} userId="ingrid" getToken={getToken}>
      <State />
      <ConversationView chatId={chatId} />
    </SamtaleProvider>
  );
}
