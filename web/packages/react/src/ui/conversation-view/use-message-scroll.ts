/**
 * The scrolling of a message list: opens at the unread line or the end, follows the end while it is near,
 * keeps its place when older messages come in above, goes to a message.
 */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Message } from '../../types';
import { useEvent } from '../primitives';
import { estimateHeight } from './estimate';

/** Within this of the end, the list follows it; in pixels. */
export const FOLLOW_PX = 80;
/** Above the first message: the start of the conversation, or room for what is being loaded. */
export const TOP_PX = 64;
export const BOTTOM_PX = 8;
/** Older messages are asked for when this many rows are left above. */
const PRELOAD_ROWS = 24;

const useBrowserLayoutEffect = typeof window === 'undefined' ? useEffect : useLayoutEffect;

/** What {@link useMessageScroll} takes. */
export interface MessageScrollOptions {
  scroller: RefObject<HTMLDivElement | null>;
  /** Not empty. */
  messages: readonly Message[];
  /** The message that stands a third of the way down at first; null: the end. */
  openAt: string | null;
  hasOlder: boolean;
  loadOlder: () => void;
  /** The row that stays mounted, seen or not: it has the focus. */
  pinned: number;
}

/** See the file's head. */
export function useMessageScroll(options: MessageScrollOptions) {
  const { scroller, messages, openAt, hasOlder, loadOlder, pinned } = options;
  const [atEnd, setAtEnd] = useState(openAt === null);
  const atEndNow = useRef(atEnd);
  const opening = useRef(openAt !== null);

  const measureEnd = useEvent(() => {
    const element = scroller.current;
    if (element === null || opening.current) return;
    const near = element.scrollHeight - element.clientHeight - element.scrollTop <= FOLLOW_PX;
    atEndNow.current = near;
    setAtEnd(near);
  });

  const virtualizer = useVirtualizer<HTMLDivElement, HTMLDivElement>({
    count: messages.length,
    getScrollElement: () => scroller.current,
    getItemKey: useCallback((index: number) => messages[index]?.id ?? index, [messages]),
    estimateSize: useCallback((index: number) => estimateHeight(messages[index]), [messages]),
    initialOffset: () => initialOffset(messages, openAt),
    paddingStart: TOP_PX,
    paddingEnd: BOTTOM_PX,
    scrollPaddingStart: opening.current ? Math.round((scroller.current?.clientHeight ?? 0) / 3) : 0,
    overscan: 8,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: FOLLOW_PX,
    directDomUpdates: true,
    rangeExtractor: useCallback(
      ({
        startIndex,
        endIndex,
        overscan,
        count,
      }: {
        startIndex: number;
        endIndex: number;
        overscan: number;
        count: number;
      }) => {
        const rows: number[] = [];
        for (
          let row = Math.max(0, startIndex - overscan);
          row <= Math.min(count - 1, endIndex + overscan);
          row += 1
        ) {
          rows.push(row);
        }
        if (pinned >= 0 && pinned < count && !rows.includes(pinned)) rows.push(pinned);
        return rows.sort((a, b) => a - b);
      },
      [pinned],
    ),
    onChange: measureEnd,
  });

  // The first place: exact once the rows around it are measured.
  useBrowserLayoutEffect(() => {
    const index = openAt === null ? -1 : messages.findIndex((message) => message.id === openAt);
    if (index < 0) {
      opening.current = false;
      virtualizer.scrollToEnd();
      return;
    }
    const element = scroller.current;
    const third = Math.round((element?.clientHeight ?? 0) / 3);
    virtualizer.options.scrollPaddingStart = third;
    virtualizer.scrollToIndex(index, { align: 'start' });
    const settled = setTimeout(() => {
      opening.current = false;
      measureEnd();
    }, 300);
    const onGesture = () => {
      opening.current = false;
    };
    element?.addEventListener('wheel', onGesture, { passive: true, once: true });
    element?.addEventListener('touchstart', onGesture, { passive: true, once: true });
    return () => {
      clearTimeout(settled);
      element?.removeEventListener('wheel', onGesture);
      element?.removeEventListener('touchstart', onGesture);
    };
    // Once, for the list that is opened.
  }, []);

  const toEnd = useEvent((smooth = false) => {
    atEndNow.current = true;
    setAtEnd(true);
    virtualizer.scrollToEnd({ behavior: smooth ? 'smooth' : 'auto' });
  });
  const toIndex = useEvent((index: number, align: 'center' | 'auto') => {
    opening.current = false;
    virtualizer.scrollToIndex(index, { align });
  });

  // A composer that grows or a keyboard that comes up takes room from the list: the end stays in view.
  useEffect(() => {
    const element = scroller.current;
    if (element === null || typeof ResizeObserver === 'undefined') return;
    const observer = new ResizeObserver(() => {
      if (atEndNow.current && !opening.current) virtualizer.scrollToEnd();
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller, virtualizer]);

  const items = virtualizer.getVirtualItems();
  const first = virtualizer.range?.startIndex ?? 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a page that came and was too short asks for the next
  useEffect(() => {
    if (hasOlder && !opening.current && first < PRELOAD_ROWS) loadOlder();
  }, [hasOlder, first, loadOlder, messages]);

  return {
    virtualizer,
    items,
    atEnd,
    toEnd,
    toIndex,
    lastSeen: virtualizer.range?.endIndex ?? messages.length - 1,
  };
}

/** About where the list opens, so that the first frame shows the right rows. */
function initialOffset(messages: readonly Message[], openAt: string | null): number {
  let offset = TOP_PX;
  for (const message of messages) {
    if (message.id === openAt) return Math.max(0, offset - 200);
    offset += estimateHeight(message);
  }
  return Math.max(0, offset - 400);
}
