// app/(signed-in)/samtale.tsx
'use client';
import { SamtaleProvider } from '@samtale/react';
import type { ReactNode } from 'react';

async function getToken({ signal }: { signal: AbortSignal }): Promise<string | null> {
  const response = await fetch('/api/samtale-token', { cache: 'no-store', signal });
  if (response.status === 401) return null;
  if (!response.ok) throw new Error(`token: ${response.status}`);
  return response.text();
}

export function Samtale({ userId, children }: { userId: string; children: ReactNode }) {
  return (
    <SamtaleProvider url="https://chat.example.no" userId={userId} getToken={getToken} locale="nb">
      {children}
    </SamtaleProvider>
  );
}
