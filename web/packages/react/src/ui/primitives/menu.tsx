/** Menus: a list of things to do, by pointer, keyboard and first letters. */
import type { ReactNode } from 'react';
import {
  Menu as AriaMenu,
  MenuItem as AriaMenuItem,
  type MenuItemProps as AriaMenuItemProps,
  type MenuProps as AriaMenuProps,
} from 'react-aria-components/Menu';
import { Separator } from 'react-aria-components/Separator';
import { classes } from './classes';
import styles from './menu.module.css';

export { MenuTrigger } from 'react-aria-components/Menu';

/** What {@link Menu} takes, beside what react-aria's does. */
export interface MenuProps extends Omit<AriaMenuProps<object>, 'className' | 'style'> {
  className?: string;
}

/** The items of a menu; it stands in a `Popover` or a `Sheet`. */
export function Menu({ className, ...rest }: MenuProps) {
  return <AriaMenu className={classes(styles.menu, className)} {...rest} />;
}

/** What {@link MenuItem} takes, beside what react-aria's does. */
export interface MenuItemProps
  extends Omit<AriaMenuItemProps, 'className' | 'style' | 'children' | 'textValue'> {
  /** The words; also what first letters are matched with. */
  label: string;
  /** An icon before the words. */
  icon?: ReactNode;
  /** Which keys do the same: "E". */
  keys?: string | undefined;
  /** `danger`: takes something away. */
  tone?: 'plain' | 'danger';
}

/** One thing to do. */
export function MenuItem({ label, icon, keys, tone = 'plain', ...rest }: MenuItemProps) {
  return (
    <AriaMenuItem
      className={classes(styles.item, tone === 'danger' && styles.danger)}
      textValue={label}
      {...rest}
    >
      {icon}
      <span className={styles.label}>{label}</span>
      {keys ? <kbd className={styles.keys}>{keys}</kbd> : null}
    </AriaMenuItem>
  );
}

/** A line between groups of items. */
export function MenuSeparator() {
  return <Separator className={styles.separator ?? ''} />;
}
