/** Buttons: with words, or with an icon and a name. */
import type { ReactNode, Ref } from 'react';
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components/Button';
import styles from './button.module.css';
import { classes } from './classes';
import { Tooltip, TooltipTrigger } from './tooltip';

/** What {@link Button} takes, beside what react-aria's does. */
export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'style'> {
  /** `primary`: the one thing to do here; `danger`: takes something away. Default `plain`. */
  tone?: 'primary' | 'plain' | 'danger';
  /** `small` stands in a line of text. Default `medium`. */
  size?: 'medium' | 'small';
  className?: string;
  /** The button element itself. */
  buttonRef?: Ref<HTMLButtonElement> | undefined;
}

/** A button with words. */
export function Button({ tone = 'plain', size = 'medium', className, buttonRef, ...rest }: ButtonProps) {
  return (
    <AriaButton
      ref={buttonRef}
      className={classes('st-root', styles.button, styles[tone], styles[size], className)}
      {...rest}
    />
  );
}

/** What {@link IconButton} takes, beside what react-aria's button does. */
export interface IconButtonProps
  extends Omit<AriaButtonProps, 'className' | 'style' | 'children' | 'aria-label'> {
  /** Its name, for a screen reader and in the tooltip. */
  label: string;
  /** Shows the name in a tooltip. Default true. */
  tooltip?: boolean;
  /** Which keys do the same, shown in the tooltip: "Esc". */
  keys?: string;
  tone?: 'plain' | 'primary';
  className?: string;
  /** The icon. */
  children: ReactNode;
  /** The button element itself. */
  buttonRef?: Ref<HTMLButtonElement> | undefined;
}

/** A square button with an icon, big enough for a finger where there are fingers. */
export function IconButton({
  label,
  tooltip = true,
  keys,
  tone = 'plain',
  className,
  children,
  buttonRef,
  ...rest
}: IconButtonProps) {
  const button = (
    <AriaButton
      ref={buttonRef}
      aria-label={label}
      className={classes('st-root', styles.icon, tone === 'primary' && styles.iconPrimary, className)}
      {...rest}
    >
      {children}
    </AriaButton>
  );
  if (!tooltip) return button;
  return (
    <TooltipTrigger>
      {button}
      <Tooltip keys={keys}>{label}</Tooltip>
    </TooltipTrigger>
  );
}
