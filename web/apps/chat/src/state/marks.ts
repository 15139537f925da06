/** Marks in the browser's performance timeline, by which the time to the last state is measured. */

let shown = false;

/** Marks, once a page load, that a list or a conversation has been painted. */
export function markLastState(): void {
  if (shown) return;
  shown = true;
  requestAnimationFrame(() => requestAnimationFrame(() => performance.mark('samtale:last-state')));
}

/** Marks the first commit of the app. */
export function markApp(): void {
  performance.mark('samtale:app');
}
