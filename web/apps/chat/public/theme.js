/* Sets the chosen theme before anything is painted; the app (src/state/theme.ts) keeps it from then on. */
(() => {
  try {
    const theme = JSON.parse(localStorage.getItem('samtale:prefs') || '{}').theme;
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  } catch {
    // The device's own theme will do.
  }
})();
