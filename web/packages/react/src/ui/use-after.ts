/** Patience: a state that shows only once it has lasted. */
import { useEffect, useState } from 'react';

/** Returns true once `active` has been true for `ms` milliseconds without a break, and false at once when it ends. */
export function useAfter(active: boolean, ms: number): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!active) return;
    const timer = setTimeout(() => setLate(true), ms);
    return () => {
      clearTimeout(timer);
      setLate(false);
    };
  }, [active, ms]);
  return active && late;
}
