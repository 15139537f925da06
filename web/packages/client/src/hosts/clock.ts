/** The two clocks of the platform, and timers that take any span. */
import type { ClockHost } from '../api';

/** The longest span `setTimeout` takes, in milliseconds; a later moment is reached in steps. */
const LONGEST = 2 ** 31 - 1;

/** `performance.now`, `Date.now` and `setTimeout`. */
export function systemClock(): ClockHost {
  return {
    mono: () => performance.now(),
    unix: () => Date.now(),
    setTimer(callback, ms) {
      const end = performance.now() + ms;
      let timer: ReturnType<typeof setTimeout>;
      const wait = () => {
        const left = Math.max(0, end - performance.now());
        timer = setTimeout(left > LONGEST ? wait : callback, Math.min(left, LONGEST));
      };
      wait();
      return () => clearTimeout(timer);
    },
  };
}
