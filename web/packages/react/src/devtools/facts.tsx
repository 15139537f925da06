/** Names and values, in a list that fits as many columns as there is room for. */
import type { ReactNode } from 'react';
import styles from './devtools.module.css';

/** What {@link Facts} shows: a name, and a value that may be missing. */
export type Fact = readonly [name: string, value: ReactNode];

/** Shows facts under an optional heading; what is missing is a dash. */
export function Facts({ title, facts }: { title?: string; facts: readonly Fact[] }) {
  return (
    <div className={styles.group}>
      {title ? <h3 className={styles.heading}>{title}</h3> : null}
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name} className={styles.fact}>
            <dt>{name}</dt>
            <dd>{value === null || value === undefined || value === '' ? '–' : value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

/** Returns milliseconds with their unit: "84 ms", "2.4 s", "3 min". */
export function millis(value: number | null | undefined): string | null {
  if (value === null || value === undefined || !Number.isFinite(value)) return null;
  if (value < 1_000) return `${Math.round(value)} ms`;
  if (value < 60_000) return `${(value / 1_000).toFixed(1)} s`;
  if (value < 3_600_000) return `${Math.round(value / 60_000)} min`;
  return `${(value / 3_600_000).toFixed(1)} h`;
}

/** Returns bytes with their unit. */
export function bytes(value: number | null | undefined): string | null {
  if (value === null || value === undefined) return null;
  if (value < 1_024) return `${value} B`;
  if (value < 1_048_576) return `${(value / 1_024).toFixed(1)} KB`;
  return `${(value / 1_048_576).toFixed(1)} MB`;
}

/** Returns a share in per cent; null of nothing. */
export function percent(part: number, whole: number): string | null {
  return whole > 0 ? `${((part / whole) * 100).toFixed(part === whole ? 0 : 1)} %` : null;
}

/** Returns a mean; null of nothing. */
export function mean(sum: number, count: number): number | null {
  return count > 0 ? sum / count : null;
}
