/** An app of two screens side by side: the components, and a list written with the hooks alone. */
import { SamtaleProvider, useRealtimeChat } from '@samtale/react';
import { ConversationView } from '@samtale/react/ui';
import '@samtale/react/styles.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

const query = new URLSearchParams(location.search);
const server = query.get('server') ?? '';
const chatId = query.get('chat') ?? '';

async function getToken(): Promise<string> {
  const answer = await fetch(`${server}/dev/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: 'ingrid' }),
  });
  return (await answer.json()).token;
}

function Own() {
  const { messages, sendMessage, isConnected } = useRealtimeChat({ chatId });
  return (
    <section aria-label="Own">
      <p>{isConnected ? 'connected' : 'not connected'}</p>
      <ol>
        {messages.map((message) => (
          <li key={message.id}>
            {message.content} ({message.status})
          </li>
        ))}
      </ol>
      <button type="button" onClick={() => void sendMessage('Skrevet med hooks')}>
        Send
      </button>
    </section>
  );
}

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <SamtaleProvider url={server} userId="ingrid" getToken={getToken}>
        <Own />
        <ConversationView chatId={chatId} />
      </SamtaleProvider>
    </StrictMode>,
  );
}
