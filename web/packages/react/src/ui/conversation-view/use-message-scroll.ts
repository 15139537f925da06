/**
 * The scrolling of a message list: opens at the unread line or the end, follows the end while it is near,
 * keeps its place when older messages come in above, goes to a message.
 */
import type { MessageId } from '@samtale/client';
import {
  observeElementOffset,
  useVirtualizer,
  type VirtualItem,
  type Virtualizer,
} from '@tanstack/react-virtual';
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Message } from '../../types';
import { useEvent } from '../primitives';
import { estimateHeight } from './estimate';

/** Within this of the end, the list follows it; in pixels. */
export const FOLLOW_PX = 80;
/** Above the first message: the start of the conversation, or room for what is being loaded. */
export const TOP_PX = 64;
export const BOTTOM_PX = 2;
/** Older messages are asked for when this many rows are left above. */
const PRELOAD_ROWS = 24;
/** What the keyboard goes to keeps this distance from the edge. */
const EDGE_PX = 12;
/** A message is in its place when it has been there for so many frames; it is not chased for longer than that. */
const STILL_FRAMES = 3;
const MOST_FRAMES = 20;

const useBrowserLayoutEffect = typeof window === 'undefined' ? useEffect : useLayoutEffect;

/** What {@link useMessageScroll} takes. */
export interface MessageScrollOptions {
  scroller: RefObject<HTMLDivElement | null>;
  /** Not empty. */
  messages: readonly Message[];
  /** The message that stands a third of the way down at first; null: the end. */
  openAt: string | null;
  /** Whether names stand above groups. */
  group: boolean;
  hasOlder: boolean;
  loadOlder: () => void;
  /** The row that stays mounted, seen or not: it has the focus. */
  pinned: number;
}

/** See the file's head. */
export function useMessageScroll(options: MessageScrollOptions) {
  const { scroller, messages, openAt, hasOlder, loadOlder, pinned, group } = options;
  const [atEnd, setAtEnd] = useState(openAt === null);
  const atEndNow = useRef(atEnd);
  // While it goes to its place, nothing is loaded above and the end is not followed.
  const [settling, setSettlingShown] = useState(openAt !== null);
  const settlingNow = useRef(settling);
  const setSettling = useEvent((on: boolean) => {
    settlingNow.current = on;
    setSettlingShown(on);
  });
  const frame = useRef(0);
  const messagesNow = useRef(messages);
  useBrowserLayoutEffect(() => {
    messagesNow.current = messages;
  });

  const measureEnd = useEvent(() => {
    const element = scroller.current;
    if (element === null || settlingNow.current) return;
    const near = element.scrollHeight - element.clientHeight - element.scrollTop <= FOLLOW_PX;
    atEndNow.current = near;
    setAtEnd(near);
  });

  const held = useRef<string | number | bigint | null>(null);
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLDivElement>({
    count: messages.length,
    getScrollElement: () => scroller.current,
    getItemKey: useCallback((index: number) => messages[index]?.id ?? index, [messages]),
    estimateSize: useCallback((index: number) => estimateHeight(messages, index, group), [messages, group]),
    initialOffset: () => initialOffset(messages, openAt, group),
    paddingStart: TOP_PX,
    paddingEnd: BOTTOM_PX,
    overscan: 8,
    observeElementOffset: useCallback(
      (list: List, tell: (offset: number, isScrolling: boolean) => void) =>
        observeElementOffset(list, (offset, isScrolling) => {
          // What was in sight before stays where it is, whatever the rows that come in are found to measure.
          const first = list.range?.startIndex;
          held.current = first === undefined ? null : list.options.getItemKey(first);
          tell(offset, isScrolling);
          held.current = null;
        }),
      [],
    ),
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
  virtualizer.shouldAdjustScrollPositionOnItemSizeChange = (item, _delta, list) =>
    item.index < stillRow(list, held.current, item);

  // Rows are measured as they come in, while one scrolls too: a frame later is a jump for the eye.
  const measureRow = useCallback(
    (row: HTMLDivElement | null) => {
      const { isScrolling } = virtualizer;
      virtualizer.isScrolling = false;
      virtualizer.measureElement(row);
      virtualizer.isScrolling = isScrolling;
    },
    [virtualizer],
  );

  /**
   * Brings a message to its place, by its id and not by its row, and again as the rows around it are
   * measured: what comes in above meanwhile does not mislead it.
   */
  const place = useEvent((id: MessageId, align: Align, settled: () => void) => {
    let frames = 0;
    let still = 0;
    const step = () => {
      const element = scroller.current;
      const index = messagesNow.current.findIndex((message) => message.id === id);
      if (element === null || index < 0) return settled();
      const wanted = offsetFor(index, align, element, virtualizer);
      still = Math.abs(element.scrollTop - wanted) < 1 ? still + 1 : 0;
      if (still === 0) virtualizer.scrollToOffset(wanted);
      frames += 1;
      if (still >= STILL_FRAMES || frames >= MOST_FRAMES) {
        virtualizer.cancelScroll();
        return settled();
      }
      frame.current = requestAnimationFrame(step);
    };
    cancelAnimationFrame(frame.current);
    step();
  });
  useEffect(() => () => cancelAnimationFrame(frame.current), []);

  // The first place: exact once the rows around it are measured.
  const open = useEvent(() => {
    if (openAt === null) return virtualizer.scrollToEnd();
    place(openAt, 'third', () => {
      setSettling(false);
      measureEnd();
    });
  });
  useBrowserLayoutEffect(open, [open]);

  const toEnd = useEvent((smooth = false) => {
    cancelAnimationFrame(frame.current);
    setSettling(false);
    atEndNow.current = true;
    setAtEnd(true);
    virtualizer.scrollToEnd({ behavior: smooth ? 'smooth' : 'auto' });
  });
  const toMessage = useEvent((id: MessageId, align: 'center' | 'auto') => {
    setSettling(true);
    atEndNow.current = false;
    place(id, align, () => {
      setSettling(false);
      measureEnd();
    });
  });

  // A composer that grows or a keyboard that comes up takes room from the list: the end stays in view.
  useEffect(() => {
    const element = scroller.current;
    if (element === null || typeof ResizeObserver === 'undefined') return;
    const observer = new ResizeObserver(() => {
      if (atEndNow.current) virtualizer.scrollToEnd();
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller, virtualizer]);

  const items = virtualizer.getVirtualItems();
  const first = virtualizer.range?.startIndex ?? 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a page that came and was too short asks for the next
  useEffect(() => {
    if (hasOlder && !settling && first < PRELOAD_ROWS) loadOlder();
  }, [hasOlder, settling, first, loadOlder, messages]);

  return {
    virtualizer,
    measureRow,
    items,
    atEnd,
    toEnd,
    toMessage,
    lastSeen: virtualizer.range?.endIndex ?? messages.length - 1,
  };
}

type List = Virtualizer<HTMLDivElement, HTMLDivElement>;

/**
 * Returns the row that stands still when another is found to be higher or lower than was thought: the
 * first of those that were in sight before and still are; otherwise the first that begins in sight.
 */
function stillRow(list: List, held: string | number | bigint | null, item: VirtualItem): number {
  const { range } = list;
  if (range === null) return 0;
  if (held !== null) {
    for (let index = range.startIndex; index <= range.endIndex; index += 1) {
      if (list.options.getItemKey(index) === held) return index;
    }
    // It has been left behind: above, where one scrolls to the end, or far below.
  }
  const offset = list.scrollOffset ?? 0;
  const known = list.itemSizeCache.has(item.key);
  return (known ? item.end <= offset : item.start < offset) ? item.index + 1 : item.index;
}

/** Where a message is to stand: a third of the way down, in the middle, or just in sight. */
type Align = 'third' | 'center' | 'auto';

function offsetFor(index: number, align: Align, element: HTMLElement, virtualizer: List): number {
  const item = virtualizer.measurementsCache[index];
  if (item === undefined) return element.scrollTop;
  const { scrollTop, clientHeight } = element;
  const most = virtualizer.getTotalSize() - clientHeight;
  const within = (offset: number) => Math.round(Math.max(0, Math.min(most, offset)));
  if (align === 'third') return within(item.start - clientHeight / 3);
  if (align === 'center') return within(item.start + item.size / 2 - clientHeight / 2);
  if (item.start < scrollTop + EDGE_PX) return within(item.start - EDGE_PX);
  if (item.end > scrollTop + clientHeight - EDGE_PX) return within(item.end - clientHeight + EDGE_PX);
  return scrollTop;
}

/** About where the list opens, so that the first frame shows the right rows. */
function initialOffset(messages: readonly Message[], openAt: string | null, group: boolean): number {
  let offset = TOP_PX;
  for (const [index, message] of messages.entries()) {
    if (message.id === openAt) return Math.max(0, offset - 200);
    offset += estimateHeight(messages, index, group);
  }
  return Math.max(0, offset - 400);
}
