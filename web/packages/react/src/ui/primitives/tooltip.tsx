/** The name of a thing, where a pointer rests on it or the focus is. */
import type { ReactNode } from 'react';
import {
  Tooltip as AriaTooltip,
  TooltipTrigger as AriaTooltipTrigger,
  type TooltipTriggerComponentProps,
} from 'react-aria-components/Tooltip';
import { classes } from './classes';
import { useOverlayTheme } from './theme';
import styles from './tooltip.module.css';

/** Joins a control and its {@link Tooltip}, its two children. Opens after 500 ms, or at once by keyboard. */
export function TooltipTrigger({ delay = 500, closeDelay = 0, ...rest }: TooltipTriggerComponentProps) {
  return <AriaTooltipTrigger delay={delay} closeDelay={closeDelay} {...rest} />;
}

/** What {@link Tooltip} takes. */
export interface TooltipProps {
  children: ReactNode;
  /** Which keys do the same. */
  keys?: string | undefined;
  /** Default `top`. */
  placement?: 'top' | 'bottom' | 'start' | 'end';
}

/** The words themselves. */
export function Tooltip({ children, keys, placement = 'top' }: TooltipProps) {
  const theme = useOverlayTheme();
  return (
    <AriaTooltip
      placement={placement}
      offset={6}
      className={classes('st-root', styles.tooltip)}
      data-theme={theme}
    >
      {children}
      {keys ? <kbd className={styles.keys}>{keys}</kbd> : null}
    </AriaTooltip>
  );
}
