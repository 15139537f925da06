/** A heartbeat for what has no view to watch: numbers, and countdowns. */
import { useEffect, useReducer } from 'react';

/** Renders again every `ms` milliseconds while mounted. */
export function useTick(ms: number): void {
  const [, tick] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const timer = setInterval(tick, ms);
    return () => clearInterval(timer);
  }, [ms]);
}
