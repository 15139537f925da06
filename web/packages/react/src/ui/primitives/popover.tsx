/** A surface that floats by its trigger. */
import { Popover as AriaPopover, type PopoverProps as AriaPopoverProps } from 'react-aria-components/Popover';
import { classes } from './classes';
import styles from './popover.module.css';
import { useOverlayTheme } from './theme';

/** What {@link Popover} takes, beside what react-aria's does. */
export interface PopoverProps extends Omit<AriaPopoverProps, 'className' | 'style'> {
  className?: string;
}

/** A floating surface: inside a `DialogTrigger` or `MenuTrigger`, or with `triggerRef` and `isOpen`. */
export function Popover({ className, offset = 6, ...rest }: PopoverProps) {
  const theme = useOverlayTheme();
  return (
    <AriaPopover
      className={classes('st-root', styles.popover, className)}
      offset={offset}
      data-theme={theme}
      {...rest}
    />
  );
}
