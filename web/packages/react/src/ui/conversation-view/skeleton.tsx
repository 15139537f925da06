/** The shape of messages to come, for when they take longer than a moment. */
import styles from './skeleton.module.css';

const BUBBLES = ['a', 'b', 'c', 'd', 'e', 'f'] as const;

/** Bubbles without words. */
export function Skeleton({ label }: { label: string }) {
  return (
    <div className={styles.skeleton} role="status" aria-label={label}>
      {BUBBLES.map((name) => (
        <span key={name} className={styles.bubble} />
      ))}
    </div>
  );
}
