/** A long press of a finger, as phones mean it: half a second without moving, and no click after it. */
import { type PointerEvent, useEffect, useMemo, useRef } from 'react';

const HOLD_MS = 500;
const SLOP_PX = 10;

/** What a long press is bound to an element with. */
export interface LongPress {
  readonly handlers: {
    onPointerDown: (event: PointerEvent) => void;
    onPointerMove: (event: PointerEvent) => void;
    onPointerUp: () => void;
    onPointerCancel: () => void;
  };
  /** Wraps a click handler so that the click which ends a long press does nothing. */
  readonly guard: (onClick: () => void) => () => void;
}

/** Calls back where a finger (not a mouse) was held; the same object while mounted. */
export function useLongPress(onLongPress: (place: { x: number; y: number }) => void): LongPress {
  const callback = useRef(onLongPress);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const start = useRef({ x: 0, y: 0 });
  const fired = useRef(false);
  useEffect(() => {
    callback.current = onLongPress;
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  return useMemo(() => {
    const stop = () => clearTimeout(timer.current);
    return {
      handlers: {
        onPointerDown: (event) => {
          stop();
          fired.current = false;
          if (event.pointerType === 'mouse') return;
          const place = { x: event.clientX, y: event.clientY };
          start.current = place;
          timer.current = setTimeout(() => {
            fired.current = true;
            callback.current(place);
          }, HOLD_MS);
        },
        onPointerMove: (event) => {
          const moved = Math.hypot(event.clientX - start.current.x, event.clientY - start.current.y);
          if (moved > SLOP_PX) stop();
        },
        onPointerUp: stop,
        onPointerCancel: stop,
      },
      guard: (onClick) => () => {
        if (fired.current) {
          fired.current = false;
          return;
        }
        onClick();
      },
    };
  }, []);
}
