import { useRealtimeMessages } from '@/hooks';
import { chatId } from '../surroundings';
export function useSample() {
const {
  messages,
  loading,
  sendMessage,
  editMessage,
  deleteMessage,
  retryMessage,
  loadMore,
  analytics
} = useRealtimeMessages({
  chatId,
  enableOptimisticUpdates: true,
  enableAnalytics: true
});

  return { messages, loading, sendMessage, editMessage, deleteMessage, retryMessage, loadMore, analytics };
}
