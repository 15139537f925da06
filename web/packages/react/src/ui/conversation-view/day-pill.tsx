/** The day of what is at the top of the list, shown while it scrolls. Rendered apart: scrolling renders this alone. */
import { type RefObject, useEffect, useRef, useState } from 'react';
import { useNow, usePhrases } from '../../hooks';
import { classes, useEvent } from '../primitives';
import styles from './message-list.module.css';

const LINGER_MS = 1200;

/** What {@link DayPill} takes. */
export interface DayPillProps {
  scroller: RefObject<HTMLDivElement | null>;
  /** Tells the moment of the topmost message; null where its day is written there already. */
  dateAtTop: () => Date | null;
}

/** Decoration: a screen reader hears the day with the messages. */
export function DayPill({ scroller, dateAtTop }: DayPillProps) {
  const { daySeparator } = usePhrases();
  const now = useNow();
  const [date, setDate] = useState<Date | null>(null);
  const [shown, setShown] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const update = useEvent(() => {
    const top = dateAtTop();
    if (top !== null) setDate(top);
    setShown(top !== null);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setShown(false), LINGER_MS);
  });

  useEffect(() => {
    const element = scroller.current;
    let gesture = false;
    const onGesture = () => {
      gesture = true;
    };
    // Only what a person does brings it up, not the list settling by itself.
    const onScroll = () => {
      if (gesture) update();
    };
    const gestures = ['wheel', 'touchmove', 'keydown', 'pointerdown'] as const;
    for (const name of gestures) element?.addEventListener(name, onGesture, { passive: true });
    element?.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      for (const name of gestures) element?.removeEventListener(name, onGesture);
      element?.removeEventListener('scroll', onScroll);
      clearTimeout(timer.current);
    };
  }, [scroller, update]);

  return (
    <div className={classes(styles.pill, shown && styles.pillShown)} aria-hidden="true">
      {date === null ? null : <span className={styles.day}>{daySeparator(date, now ?? date)}</span>}
    </div>
  );
}
