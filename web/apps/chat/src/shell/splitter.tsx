/** The line between the list and the conversation: it can be pulled, and moved with the arrow keys. */
import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import { clampListWidth, LIST_WIDTH, preferences } from '../state/preferences';
import styles from './shell.module.css';

/** How far an arrow key moves it, in pixels. */
const STEP = 16;

/** What {@link Splitter} takes. */
export interface SplitterProps {
  label: string;
  /** The list's width in pixels. */
  width: number;
  /** Shows a width while it is being pulled; it is remembered when let go. */
  onPull: (width: number | null) => void;
}

/** Lets the list be made wider and narrower; a double press brings it back. */
export function Splitter({ label, width, onPull }: SplitterProps) {
  const pulled = useRef<{ from: number; width: number } | null>(null);

  const settle = (next: number) => {
    onPull(null);
    preferences.change({ listWidth: clampListWidth(next) });
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const next = {
      ArrowLeft: width - STEP,
      ArrowRight: width + STEP,
      Home: LIST_WIDTH.min,
      End: LIST_WIDTH.max,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    settle(next);
  };

  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    pulled.current = { from: event.clientX - width, width };
  };

  const onPointerMove = (event: PointerEvent) => {
    if (pulled.current === null) return;
    pulled.current.width = clampListWidth(event.clientX - pulled.current.from);
    onPull(pulled.current.width);
  };

  const onPointerEnd = () => {
    if (pulled.current === null) return;
    const { width: last } = pulled.current;
    pulled.current = null;
    settle(last);
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that moves is no <hr>
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={width}
      aria-valuemin={LIST_WIDTH.min}
      aria-valuemax={LIST_WIDTH.max}
      tabIndex={0}
      className={styles.splitter}
      onKeyDown={onKeyDown}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerEnd}
      onPointerCancel={onPointerEnd}
      onDoubleClick={() => settle(LIST_WIDTH.initial)}
    />
  );
}
