import { useRealtimeChat } from '@/hooks';
import { chatId } from '../surroundings';
export function useSample() {
const {
  chat,
  participants,
  messages,
  sendMessage,
  startTyping,
  stopTyping,
  typingUsers,
  onlineUsers,
  statistics,
  addEventListener
} = useRealtimeChat({
  chatId,
  enablePresence: true,
  enableTyping: true,
  enableAppointments: true
});

  return { chat, participants, messages, sendMessage, startTyping, stopTyping, typingUsers, onlineUsers, statistics, addEventListener };
}
