import { getStatusColor } from '../surroundings';
import { useUserPresence } from '@/hooks';

function PresenceIndicator({ userId }: { userId: string }) {
  const { getUserPresence, formatLastSeen } = useUserPresence({
    globalPresence: true
  });

  const presence = getUserPresence(userId);
  
  if (!presence) return null;

  return (
    <div className="flex items-center gap-2">
      <div className={`w-2 h-2 rounded-full ${getStatusColor(presence.status)}`} />
      <span className="text-sm">
        {presence.status === 'online' 
          ? 'Tilgjengelig' 
          : formatLastSeen(presence.lastSeen)
        }
      </span>
    </div>
  );
}

export { PresenceIndicator };
