// app/(signed-in)/meldinger/[chatId]/conversation.tsx
'use client';
import { useRealtimeChat } from '@samtale/react';
import { MessageBubble, MessageComposer } from '@samtale/react/ui';

export function Conversation({ chatId }: { chatId: string }) {
  const { chat, messages, loading, sendMessage } = useRealtimeChat({ chatId });
  if (loading) return <p>…</p>;
  return (
    <main>
      <h1>{chat?.name}</h1>
      {messages.map((message) => (
        <MessageBubble key={message.id} message={message} isOwn={message.isOwn} />
      ))}
      <MessageComposer onSendMessage={sendMessage} />
    </main>
  );
}
