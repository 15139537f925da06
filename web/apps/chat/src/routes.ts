/**
 * Where one is: the address, and what lies open beside the conversation.
 *
 * The address names a chat and perhaps a message. Panes and dialogs live in the history entry's state: a
 * reload finds them again, and on a phone, where a pane covers everything, "back" closes it.
 */

import { isRecord } from './state/storage';
import { createStore } from './state/store';

/** A page of the app. */
export type Route =
  | { readonly page: 'chats' }
  | { readonly page: 'chat'; readonly chatId: string; readonly messageId: string | null }
  | { readonly page: 'sign-in' };

/** What lies beside the conversation. */
export type Pane =
  | { readonly kind: 'search' /** Null: in all chats. */; readonly chatId: string | null }
  | { readonly kind: 'participants' }
  | { readonly kind: 'thread'; readonly rootId: string };

/** A dialog over everything. */
export type Dialog = 'new-chat' | 'settings' | 'sign-out';

/** The whole place. */
export interface Place {
  readonly route: Route;
  readonly pane: Pane | null;
  readonly dialog: Dialog | null;
  /** Counts the times that a message was pointed at, so that the same one can be pointed at again. */
  readonly visit: number;
}

/** Reads a path; what is unknown is the list of chats. */
export function parsePath(path: string): Route {
  const [first, chatId, messageId] = path
    .split('/')
    .filter((part) => part !== '')
    .map(decoded);
  if (first === 'sign-in') return { page: 'sign-in' };
  if (first === 'c' && chatId) return { page: 'chat', chatId, messageId: messageId || null };
  return { page: 'chats' };
}

/** Writes a path. */
export function formatPath(route: Route): string {
  if (route.page === 'sign-in') return '/sign-in';
  if (route.page === 'chats') return '/';
  const message = route.messageId === null ? '' : `/${encodeURIComponent(route.messageId)}`;
  return `/c/${encodeURIComponent(route.chatId)}${message}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}

/** Moves about, and tells where one is. */
export interface Router {
  readonly getSnapshot: () => Place;
  readonly subscribe: (onChange: () => void) => () => void;
  /** Goes to a page. Panes stay open in the same chat only. */
  go(route: Route, options?: { replace?: boolean }): void;
  /** Opens a pane. Where it `covers` everything, "back" will close it. */
  openPane(pane: Pane, covers: boolean): void;
  openDialog(dialog: Dialog, covers: boolean): void;
  /** Closes the dialog, or else the pane. */
  close(): void;
}

/** What a history entry holds of a place, beside its path. */
interface Entry {
  readonly pane: Pane | null;
  readonly dialog: Dialog | null;
  /** Whether "back" leads to the place without this pane or dialog. */
  readonly pushed: boolean;
}

/** Makes the router of a window. */
export function createRouter(view: Window): Router {
  let visit = 0;
  const read = (): Place => {
    const { pane, dialog } = readEntry(view.history.state);
    return { route: parsePath(view.location.pathname), pane, dialog, visit };
  };
  const place = createStore(read());
  // Where to go once the history has left the pane that covered everything.
  let afterwards: Route | null = null;
  view.addEventListener('popstate', () => {
    visit += 1;
    const next = afterwards;
    afterwards = null;
    if (next === null) place.set(read());
    else write(next, { pane: null, dialog: null, pushed: false }, false);
  });

  function write(route: Route, entry: Entry, push: boolean): void {
    const path = formatPath(route);
    if (push) view.history.pushState(entry, '', path);
    else view.history.replaceState(entry, '', path);
    place.set({ route, pane: entry.pane, dialog: entry.dialog, visit });
  }

  function open(part: Partial<Entry>, covers: boolean): void {
    const now = place.getSnapshot();
    const already = readEntry(view.history.state);
    // What covers an already covering thing takes its place, so that one "back" closes it.
    const push = covers && !already.pushed;
    write(now.route, { pane: now.pane, dialog: null, ...part, pushed: push || already.pushed }, push);
  }

  return {
    getSnapshot: place.getSnapshot,
    subscribe: place.subscribe,
    go(route, { replace = false } = {}) {
      const now = place.getSnapshot();
      const entry = readEntry(view.history.state);
      if (entry.pushed && sameChat(now.route, route)) {
        // The chat lies under the pane already: a second entry for it would want a second "back".
        afterwards = route;
        view.history.back();
        return;
      }
      visit += 1;
      const stays = sameChat(now.route, route);
      const same = formatPath(now.route) === formatPath(route);
      write(
        route,
        { pane: stays ? now.pane : null, dialog: null, pushed: false },
        !(replace || same || entry.pushed),
      );
    },
    openPane: (pane, covers) => open({ pane }, covers),
    openDialog: (dialog, covers) => open({ dialog }, covers),
    close() {
      const now = place.getSnapshot();
      if (now.pane === null && now.dialog === null) return;
      if (readEntry(view.history.state).pushed) view.history.back();
      else {
        const pane = now.dialog === null ? null : now.pane;
        write(now.route, { pane, dialog: null, pushed: false }, false);
      }
    },
  };
}

/** Opens what a shortcut of the installed app asks for (`/?new-chat`, `/?search`), and tidies the address. */
export function openShortcut(view: Window, router: Router): void {
  const asked = new URLSearchParams(view.location.search);
  if (asked.has('new-chat')) router.openDialog('new-chat', false);
  if (asked.has('search')) router.openPane({ kind: 'search', chatId: null }, false);
}

function sameChat(a: Route, b: Route): boolean {
  return a.page === 'chat' && b.page === 'chat' && a.chatId === b.chatId;
}

function readEntry(state: unknown): Entry {
  if (!isRecord(state)) return { pane: null, dialog: null, pushed: false };
  return { pane: readPane(state.pane), dialog: readDialog(state.dialog), pushed: state.pushed === true };
}

function readDialog(value: unknown): Dialog | null {
  return value === 'new-chat' || value === 'settings' || value === 'sign-out' ? value : null;
}

function readPane(value: unknown): Pane | null {
  if (!isRecord(value)) return null;
  if (value.kind === 'search') {
    return { kind: 'search', chatId: typeof value.chatId === 'string' ? value.chatId : null };
  }
  if (value.kind === 'participants') return { kind: 'participants' };
  if (value.kind === 'thread' && typeof value.rootId === 'string')
    return { kind: 'thread', rootId: value.rootId };
  return null;
}
