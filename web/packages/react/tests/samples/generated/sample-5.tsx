import { useTypingIndicator } from '@/hooks';
import { chatId } from '../surroundings';
export function useSample() {
const {
  isTyping,
  typingUsers,
  startTyping,
  stopTyping,
  handleTyping,
  getTypingText
} = useTypingIndicator({
  chatId,
  debounceMs: 1000,
  autoStopMs: 5000
});

  return { isTyping, typingUsers, startTyping, stopTyping, handleTyping, getTypingText };
}
