/** The lessons of a chat, from the host product's source, as views: loaded while somebody watches. */
import type { ChatId, View } from '@samtale/client';
import type { AppointmentSource } from '../context';
import { cell, constant, memo } from '../store/views';
import type { Appointment } from '../types';

/** What there is without a source, and before the first answer. */
export const NO_APPOINTMENTS: readonly Appointment[] = Object.freeze([]);

const none = constant(NO_APPOINTMENTS);
const views = new WeakMap<AppointmentSource, (chatId: ChatId) => View<readonly Appointment[]>>();

/** Returns the view of a chat's lessons, the earliest first. */
export function appointmentsOf(
  source: AppointmentSource | null,
  chatId: ChatId,
): View<readonly Appointment[]> {
  if (source === null) return none;
  let view = views.get(source);
  if (view === undefined) {
    view = memo((id) => watch(source, id));
    views.set(source, view);
  }
  return view(chatId);
}

function watch(source: AppointmentSource, chatId: ChatId): View<readonly Appointment[]> {
  const known = cell(NO_APPOINTMENTS);
  let watchers = 0;
  let loading = new AbortController();
  let unsubscribe: (() => void) | undefined;

  const load = async (): Promise<void> => {
    loading.abort();
    loading = new AbortController();
    const { signal } = loading;
    try {
      const loaded = await source.load(chatId, signal);
      if (!signal.aborted) {
        known.set(Object.freeze([...loaded].sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime())));
      }
    } catch {
      // The host product's own matter: what was known stays.
    }
  };

  return {
    getSnapshot: known.getSnapshot,
    getServerSnapshot: known.getServerSnapshot,
    subscribe: (onChange) => {
      const end = known.subscribe(onChange);
      watchers += 1;
      if (watchers === 1) {
        void load();
        unsubscribe = source.subscribe?.(chatId, () => void load());
      }
      return () => {
        end();
        watchers -= 1;
        if (watchers > 0) return;
        loading.abort();
        unsubscribe?.();
      };
    },
  };
}
