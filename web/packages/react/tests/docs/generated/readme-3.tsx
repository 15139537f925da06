import { createFakeClient } from '@samtale/client/testing';
import { SamtaleProvider, useRealtimeChat } from '@samtale/react';
import { render, screen } from '@testing-library/react';

function Names() {
  const { typingUsers } = useRealtimeChat({ chatId: 'matte' });
  return <p>{typingUsers.map(({ name }) => name).join(', ')}</p>;
}

export async function showsWhoWrites() {
  const client = createFakeClient({
    chats: [{ id: 'matte', participants: [{ userId: 'jonas', name: 'Jonas' }] }],
  });
  render(
    <SamtaleProvider client={client}>
      <Names />
    </SamtaleProvider>,
  );
  client.world.setTyping('matte', 'jonas', true);
  await screen.findByText('Jonas');
}
