import { MessageQueue } from '@/hooks';
import { messageData } from '../surroundings';
export function useSample() {
const queue = new MessageQueue({
  maxRetries: 3,
  persistToStorage: true,
  batchSize: 5
});

// Add message for optimistic update
const tempId = queue.addMessage(messageData);

  return { queue, tempId };
}
