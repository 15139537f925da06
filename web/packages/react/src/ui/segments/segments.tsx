/** A choice between a few things side by side: radio buttons under the skin. */
import { useId } from 'react';
import { classes } from '../primitives';
import styles from './segments.module.css';

/** What {@link Segments} takes. */
export interface SegmentsProps<T extends string> {
  /** The question, for a screen reader. */
  label: string;
  value: T;
  options: readonly { value: T; label: string }[];
  onChange: (value: T) => void;
}

/** Shows a choice of which one is on. */
export function Segments<T extends string>({ label, value, options, onChange }: SegmentsProps<T>) {
  const name = useId();
  return (
    <fieldset className={classes('st-root', styles.segments)} aria-label={label}>
      {options.map((option) => (
        <label key={option.value} className={styles.segment}>
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          <span>{option.label}</span>
        </label>
      ))}
    </fieldset>
  );
}
