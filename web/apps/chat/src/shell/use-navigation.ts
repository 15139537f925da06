/** The router, in the words of the parts of the shell, with the focus brought back to where it was. */
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import type { Dialog, Pane, Place, Router } from '../routes';

/** Where one may go. All are stable. */
export interface Navigation {
  openChat(chatId: string): void;
  openMessage(hit: { chatId: string; messageId: string }): void;
  /** Takes a message out of the address, once it has been shown. */
  messageShown(): void;
  toList(): void;
  openPane(pane: Pane): void;
  openDialog(dialog: Dialog): void;
  /** Opens a pane, or closes it where it is open. */
  togglePane(pane: Pane): void;
  close(): void;
}

/** Follows the router. `narrow`: whether a pane covers everything. */
export function useNavigation(router: Router, narrow: boolean): Navigation & { readonly place: Place } {
  const place = useSyncExternalStore(router.subscribe, router.getSnapshot);
  const opener = useRef<Element | null>(null);
  const covers = useRef(narrow);
  covers.current = narrow;

  // What was pressed to open a pane has the focus again when it is closed.
  useEffect(() => {
    if (place.pane !== null) return;
    const back = opener.current;
    opener.current = null;
    if (back instanceof HTMLElement && back.isConnected && document.activeElement === document.body)
      back.focus();
  }, [place.pane]);

  const navigation = useMemo<Navigation>(() => {
    const openPane = (pane: Pane) => {
      if (router.getSnapshot().pane === null) opener.current = document.activeElement;
      router.openPane(pane, covers.current);
    };
    return {
      openChat: (chatId) => router.go({ page: 'chat', chatId, messageId: null }),
      openMessage: (hit) => router.go({ page: 'chat', ...hit }),
      messageShown: () => {
        const { route } = router.getSnapshot();
        if (route.page === 'chat' && route.messageId !== null) {
          router.go({ ...route, messageId: null }, { replace: true });
        }
      },
      toList: () => router.go({ page: 'chats' }),
      openPane,
      openDialog: (dialog) => router.openDialog(dialog, covers.current),
      togglePane: (pane) => {
        if (router.getSnapshot().pane?.kind === pane.kind) router.close();
        else openPane(pane);
      },
      close: router.close,
    };
  }, [router]);
  return { place, ...navigation };
}
