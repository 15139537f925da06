/** Brings the chosen theme to the page: its colours, and those of the browser around it. */
import { preferences, type Theme } from './preferences';

const SURFACE = { light: '#ffffff', dark: '#161d21' } as const;

/** Keeps the page in the chosen theme for as long as it lives. */
export function followTheme(view: Window): void {
  const dark = view.matchMedia('(prefers-color-scheme: dark)');
  const show = () => showTheme(view.document, preferences.getSnapshot().theme, dark.matches);
  show();
  preferences.subscribe(show);
  dark.addEventListener('change', show);
}

/** Shows a theme. */
export function showTheme(page: Document, theme: Theme, deviceIsDark: boolean): void {
  const root = page.documentElement;
  if (theme === 'system') delete root.dataset.theme;
  else root.dataset.theme = theme;
  const shown = theme === 'system' ? (deviceIsDark ? 'dark' : 'light') : theme;
  page.querySelector('meta[name="theme-color"]')?.setAttribute('content', SURFACE[shown]);
}
