import { useUserPresence } from '@/hooks';
export function useSample() {
const {
  currentStatus,
  isOnline,
  users,
  onlineUsers,
  setStatus,
  goOnline,
  goAway,
  goBusy,
  goOffline,
  getUserPresence,
  formatLastSeen
} = useUserPresence({
  globalPresence: true,
  idleTimeoutMs: 300000,
  enableLocationTracking: true
});

  return { currentStatus, isOnline, users, onlineUsers, setStatus, goOnline, goAway, goBusy, goOffline, getUserPresence, formatLastSeen };
}
