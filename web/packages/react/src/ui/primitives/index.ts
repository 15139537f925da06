/** What the components are made of: buttons, menus, popovers, dialogs, the theme. */
export { Button, type ButtonProps, IconButton, type IconButtonProps } from './button';
export { classes } from './classes';
export {
  ConfirmDialog,
  type ConfirmDialogProps,
  Dialog,
  type DialogProps,
  Sheet,
} from './dialog';
export { matches, NARROW, STILL, TOUCH, useMedia } from './media';
export {
  Menu,
  MenuItem,
  type MenuItemProps,
  type MenuProps,
  MenuSeparator,
  MenuTrigger,
} from './menu';
export { Popover, type PopoverProps } from './popover';
export { type Theme, ThemeRoot, type ThemeRootProps, useOverlayTheme } from './theme';
export { Tooltip, type TooltipProps, TooltipTrigger } from './tooltip';
export { useEvent } from './use-event';
export { VisuallyHidden } from './visually-hidden';
