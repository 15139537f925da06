/** The page's life: seen or not, used or idle, frozen and thawed. */
import type { PageHost } from '../api';

/** What counts as a person's doing. */
const ACTIVITY = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart', 'scroll'];

/** The least time between two tellings of activity, in milliseconds. */
const THIN_MS = 1_000;

/** Watches the document; where there is none, nothing happens. */
export const watchPage: PageHost = (on) => {
  if (typeof document === 'undefined') return { stop: () => {} };
  const ends: (() => void)[] = [];
  const listen = (target: EventTarget, name: string, run: (event: Event) => void, passive = false) => {
    const options = { capture: passive, passive };
    target.addEventListener(name, run, options);
    ends.push(() => target.removeEventListener(name, run, options));
  };
  let suspended = false;
  const suspend = () => {
    if (suspended) return;
    suspended = true;
    on.suspend();
  };
  const resume = () => {
    if (!suspended) return;
    suspended = false;
    on.resume();
  };
  let active = Number.NEGATIVE_INFINITY;
  const activity = () => {
    const now = performance.now();
    if (now - active < THIN_MS) return;
    active = now;
    on.activity();
  };

  on.visible(document.visibilityState !== 'hidden');
  listen(document, 'visibilitychange', () => {
    const visible = document.visibilityState !== 'hidden';
    // A page that is seen is not frozen, whatever event was missed.
    if (visible) resume();
    on.visible(visible);
  });
  listen(document, 'freeze', suspend);
  listen(document, 'resume', resume);
  listen(window, 'pagehide', suspend);
  listen(window, 'pageshow', resume);
  for (const name of ACTIVITY) listen(window, name, activity, true);
  return {
    stop() {
      for (const end of ends) end();
    },
  };
};

/** What kind of device this is, as presence tells it. */
export function deviceKind(): 'desktop' | 'mobile' | 'tablet' {
  if (typeof navigator === 'undefined') return 'desktop';
  const { userAgent = '', maxTouchPoints = 0 } = navigator;
  const tablet =
    /iPad|Tablet|PlayBook|Silk/.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1);
  if (tablet || (/Android/.test(userAgent) && !/Mobile/.test(userAgent))) return 'tablet';
  return /Mobi|iPhone|iPod|Android/.test(userAgent) ? 'mobile' : 'desktop';
}
