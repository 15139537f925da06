/** The present moment in a component. */
import { now } from './now';
import { useView } from './use-view';

/**
 * Gives the present moment in Unix milliseconds, anew each minute; null on a server and in a browser's
 * first rendering of what a server rendered, where a relative time would differ.
 */
export function useNow(): number | null {
  return useView(now);
}
