/**
 * The theme and what it must reach: popovers and dialogs stand at the end of the page, outside the part
 * that a product may have themed, so they carry the theme along.
 */
import { createContext, type ReactNode, useContext } from 'react';
import { classes } from './classes';

/** `system` follows the device. */
export type Theme = 'light' | 'dark' | 'system';

const ThemeContext = createContext<Theme | null>(null);

/** What {@link ThemeRoot} takes. */
export interface ThemeRootProps {
  /** Default `system`: the device's, or that of a `data-theme` further out. */
  theme?: Theme;
  className?: string;
  children: ReactNode;
}

/** Gives a part of the page a theme of its own, its popovers and dialogs included. */
export function ThemeRoot({ theme = 'system', className, children }: ThemeRootProps) {
  return (
    <ThemeContext.Provider value={theme}>
      <div className={classes('st-root', className)} data-theme={theme === 'system' ? undefined : theme}>
        {children}
      </div>
    </ThemeContext.Provider>
  );
}

/** Returns the `data-theme` that an overlay must carry; undefined where the page's own will do. */
export function useOverlayTheme(): 'light' | 'dark' | undefined {
  const theme = useContext(ThemeContext);
  return theme === null || theme === 'system' ? undefined : theme;
}
