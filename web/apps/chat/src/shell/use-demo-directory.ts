/** Who can be added to a chat. */
import type { PeopleDirectory } from '@samtale/react/ui';
import { useEffect, useState } from 'react';
import { fetchDemoUsers } from '../session/demo';

/** Gives the demo's people, who may all be written to; of a host product's, those one has chats with (undefined). */
export function useDemoDirectory(dev: boolean, userId: string): PeopleDirectory | undefined {
  const [directory, setDirectory] = useState<PeopleDirectory>();
  useEffect(() => {
    if (!dev) return;
    const gone = new AbortController();
    fetchDemoUsers(gone.signal).then(
      (users) =>
        setDirectory(
          users
            .filter((user) => user.userId !== userId)
            .map(({ userId: id, name, role, about }) => ({ id, name, role: roleOf(role), about })),
        ),
      // Offline: those one knows already will do.
      () => undefined,
    );
    return () => gone.abort();
  }, [dev, userId]);
  return directory;
}

function roleOf(role: string) {
  return role === 'tutor' || role === 'guardian' ? role : 'student';
}
