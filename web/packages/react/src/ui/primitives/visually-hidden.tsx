/** Words for a screen reader alone. */
import type { ComponentPropsWithoutRef } from 'react';
import { classes } from './classes';
import styles from './visually-hidden.module.css';

/** A span that is read out and not seen. */
export function VisuallyHidden({ className, ...rest }: ComponentPropsWithoutRef<'span'>) {
  return <span className={classes(styles.hidden, className)} {...rest} />;
}
