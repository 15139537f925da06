import { user, MessageBubble, MessageComposer } from '../surroundings';
import { useRealtimeChat } from '@/hooks';

function ChatPage({ chatId }: { chatId: string }) {
  const {
    chat,
    messages,
    loading,
    sendMessage,
    typingUsers,
    isConnected
  } = useRealtimeChat({
    chatId,
    enablePresence: true,
    enableTyping: true
  });

  const handleSendMessage = async (content: string) => {
    try {
      await sendMessage(content);
    } catch (error) {
      console.error('Failed to send message:', error);
    }
  };

  if (loading) return <div>Loading...</div>;

  return (
    <div>
      <div className="messages">
        {messages.map(message => (
          <MessageBubble
            key={message.id}
            message={message}
            isOwn={message.senderId === user.id}
          />
        ))}
      </div>
      
      {typingUsers.length > 0 && (
        <div>{typingUsers.map(u => u.name).join(', ')} skriver...</div>
      )}
      
      {!isConnected && (
        <div className="error">Frakoblet - prøver å koble til...</div>
      )}
      
      <MessageComposer onSendMessage={handleSendMessage} />
    </div>
  );
}

export { ChatPage };
