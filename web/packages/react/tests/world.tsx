/** A fake client with a chat, and components below a provider: what most tests begin with. */
import type { Client } from '@samtale/client';
import { createFakeClient, type FakeOptions } from '@samtale/client/testing';
import { act, type RenderHookResult, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { SamtaleProvider, type WithClient } from '../src';

/** The chat of {@link someChat}. */
export const CHAT = 'matte';

/** Ingrid, whose client it is, with Jonas and Kari, and two messages. */
export function someChat(options: FakeOptions = {}) {
  return createFakeClient({
    chats: [
      {
        id: CHAT,
        title: 'Matte 10B',
        participants: [
          { userId: 'jonas', name: 'Jonas Lie', role: 'student' },
          { userId: 'kari', name: 'Kari Lie', role: 'guardian' },
        ],
        messages: [
          { senderId: 'jonas', content: 'Hei, er timen i morgen?' },
          { senderId: 'ingrid', content: 'Ja, klokka fire.' },
        ],
      },
    ],
    ...options,
  });
}

/** A provider around what is tested. */
export function below(client: Client, props: Omit<WithClient, 'client' | 'children'> = {}) {
  return ({ children }: { children: ReactNode }) => (
    <SamtaleProvider client={client} {...props}>
      {children}
    </SamtaleProvider>
  );
}

/** Runs a hook below a provider. */
export async function hook<R>(
  client: Client,
  use: () => R,
  props?: Omit<WithClient, 'client' | 'children'>,
): Promise<RenderHookResult<R, unknown>> {
  const rendered = renderHook(use, { wrapper: below(client, props) });
  await settle();
  return rendered;
}

/** Lets microtasks run, inside of `act`; what `run` does is shown afterwards. */
export async function settle(run: () => unknown = () => {}): Promise<void> {
  await act(async () => {
    run();
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  });
}
