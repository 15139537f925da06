import { useRealtimeConnection } from '@/hooks';
export function useSample() {
const {
  connectionState,
  isConnected,
  connect,
  disconnect,
  reconnect,
  getChannel,
  formatNorwegianTime
} = useRealtimeConnection({
  enableRetry: true,
  maxRetries: 5,
  enableNetworkDetection: true,
  heartbeatInterval: 30000
});

  return { connectionState, isConnected, connect, disconnect, reconnect, getChannel, formatNorwegianTime };
}
