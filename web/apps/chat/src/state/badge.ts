/** Unread messages where they are seen from another tab: in the title, the favicon and the app's icon. */

/** Writes a title: "(3) Name · Samtale". `place` is what is open; null: the list. */
export function titleOf(app: string, place: string | null, unread: number): string {
  const count = unread > 0 ? `(${unread > 99 ? '99+' : unread}) ` : '';
  return place === null ? `${count}${app}` : `${count}${place} · ${app}`;
}

/** Shows the title, the favicon and the installed app's badge. */
export function showUnread(title: string, unread: number): void {
  if (document.title !== title) document.title = title;
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  const file = unread > 0 ? '/favicon-unread.svg' : '/favicon.svg';
  if (icon !== null && icon.getAttribute('href') !== file) icon.setAttribute('href', file);
  const badge = unread > 0 ? navigator.setAppBadge?.(unread) : navigator.clearAppBadge?.();
  badge?.catch(() => undefined);
}
