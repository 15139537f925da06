/** The sentences in the chosen language, for components. */
import type { Phrases } from '@samtale/locale';
import { useSyncExternalStore } from 'react';
import { currentTexts } from './texts';

/** Returns the sentences, inside the provider or not. */
export function useTexts(): Phrases {
  return useSyncExternalStore(currentTexts.subscribe, currentTexts.getSnapshot, currentTexts.getSnapshot);
}
