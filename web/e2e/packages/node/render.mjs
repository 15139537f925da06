/** Renders hooks and components on a server without a browser, and ends. */
import { SamtaleProvider, useRealtimeChat } from '@samtale/react';
import { ConversationView } from '@samtale/react/ui';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';

function State({ chatId }) {
  const { isConnected, messages } = useRealtimeChat({ chatId });
  return createElement('p', null, `${isConnected}, ${messages.length}`);
}

const chatId = '01941f29-7c00-7000-8000-010000000000';
const page = createElement(
  SamtaleProvider,
  { url: 'https://samtale.example', userId: 'ingrid', getToken: async () => null },
  createElement(State, { chatId }),
  createElement(ConversationView, { chatId }),
);
process.stdout.write(`${renderToString(page)}\n`);
