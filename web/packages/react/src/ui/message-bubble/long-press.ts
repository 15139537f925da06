/**
 * A long press of a finger. It gives way to scrolling (a move, or the browser taking the touch over) and
 * to text that is being selected; a mouse and a pen that hovers have better ways.
 */
import { type PointerEvent, type SyntheticEvent, useEffect, useMemo, useRef } from 'react';
import { useEvent } from '../primitives';

const HOLD_MS = 450;
const SLACK_PX = 8;

/** Returns the handlers for an element whose long press does something. */
export function useLongPress(onLongPress: () => void) {
  const fire = useEvent(onLongPress);
  const press = useRef<{ timer: ReturnType<typeof setTimeout>; x: number; y: number } | null>(null);
  const fired = useRef(false);

  const handlers = useMemo(() => {
    const end = () => {
      if (press.current !== null) clearTimeout(press.current.timer);
      press.current = null;
    };
    return {
      end,
      onPointerDown(event: PointerEvent) {
        end();
        fired.current = false;
        if (event.pointerType !== 'touch' || !event.isPrimary) return;
        const timer = setTimeout(() => {
          press.current = null;
          const selection = window.getSelection();
          if (selection !== null && !selection.isCollapsed) return;
          fired.current = true;
          navigator.vibrate?.(10);
          fire();
        }, HOLD_MS);
        press.current = { timer, x: event.clientX, y: event.clientY };
      },
      onPointerMove(event: PointerEvent) {
        const start = press.current;
        if (start !== null && Math.hypot(event.clientX - start.x, event.clientY - start.y) > SLACK_PX) end();
      },
      onPointerUp: end,
      onPointerCancel: end,
      /** Android's own menu would come up under ours. */
      onContextMenu(event: SyntheticEvent) {
        if (fired.current || press.current !== null) event.preventDefault();
      },
      /** The click that ends a long press presses nothing. */
      onClickCapture(event: SyntheticEvent) {
        if (!fired.current) return;
        fired.current = false;
        event.preventDefault();
        event.stopPropagation();
      },
    };
  }, [fire]);

  useEffect(() => handlers.end, [handlers]);
  const { end: _, ...given } = handlers;
  return given;
}
