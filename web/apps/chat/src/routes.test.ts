/** Shows where addresses and the back button lead. */
import { beforeEach, describe, expect, it } from 'vitest';
import { createRouter, formatPath, openShortcut, parsePath, type Route } from './routes';

describe('paths', () => {
  const cases: [string, Route][] = [
    ['/', { page: 'chats' }],
    ['/sign-in', { page: 'sign-in' }],
    ['/c/01', { page: 'chat', chatId: '01', messageId: null }],
    ['/c/01/02', { page: 'chat', chatId: '01', messageId: '02' }],
    ['/c/a%2Fb', { page: 'chat', chatId: 'a/b', messageId: null }],
  ];
  it.each(cases)('reads and writes %s', (path, route) => {
    expect(parsePath(path)).toEqual(route);
    expect(formatPath(route)).toBe(path);
  });

  it.each(['/nowhere', '/c', '/c/', '/c/%E0%A4%A', '//'])('takes %s for the list', (path) => {
    expect(parsePath(path)).toEqual({ page: 'chats' });
  });
});

/** A window with a history that can be walked, as far as the router looks at one. */
function fakeWindow(path = '/', search = '') {
  const entries = [{ path, state: null as unknown }];
  let at = 0;
  let onPop: () => void = () => {};
  const view = {
    location: {
      search,
      get pathname() {
        return entries[at]?.path ?? '/';
      },
    },
    history: {
      get state() {
        return entries[at]?.state ?? null;
      },
      pushState(state: unknown, _: string, next: string) {
        entries.splice(at + 1);
        entries.push({ path: next, state });
        at += 1;
      },
      replaceState(state: unknown, _: string, next: string) {
        entries[at] = { path: next, state };
      },
      back() {
        at = Math.max(0, at - 1);
        onPop();
      },
    },
    addEventListener(_: string, listener: () => void) {
      onPop = listener;
    },
  };
  return {
    view: view as unknown as Window,
    path: () => view.location.pathname,
    entries,
    back: view.history.back,
  };
}

describe('router', () => {
  let world: ReturnType<typeof fakeWindow>;
  let router: ReturnType<typeof createRouter>;
  const chat = (chatId: string): Route => ({ page: 'chat', chatId, messageId: null });
  beforeEach(() => {
    world = fakeWindow();
    router = createRouter(world.view);
  });

  it('goes to a chat, and back', () => {
    router.go(chat('1'));
    expect(world.path()).toBe('/c/1');
    world.back();
    expect(router.getSnapshot().route).toEqual({ page: 'chats' });
  });

  it('does not pile up the same place', () => {
    router.go(chat('1'));
    router.go(chat('1'));
    expect(world.entries).toHaveLength(2);
  });

  it('points at the same message twice', () => {
    router.go({ page: 'chat', chatId: '1', messageId: '2' });
    const { visit } = router.getSnapshot();
    router.go({ page: 'chat', chatId: '1', messageId: '2' });
    expect(router.getSnapshot().visit).toBeGreaterThan(visit);
  });

  it('keeps a pane beside the same chat, and closes it for another', () => {
    router.go(chat('1'));
    router.openPane({ kind: 'search', chatId: '1' }, false);
    router.go({ page: 'chat', chatId: '1', messageId: '2' });
    expect(router.getSnapshot().pane).toEqual({ kind: 'search', chatId: '1' });
    router.go(chat('2'));
    expect(router.getSnapshot().pane).toBeNull();
  });

  it('lets back close a pane that covers everything', () => {
    router.go(chat('1'));
    router.openPane({ kind: 'participants' }, true);
    expect(router.getSnapshot().pane).toEqual({ kind: 'participants' });
    world.back();
    expect(router.getSnapshot()).toMatchObject({ route: chat('1'), pane: null });
  });

  it('leaves no closed pane behind in the history', () => {
    router.go(chat('1'));
    router.openPane({ kind: 'participants' }, true);
    router.close();
    expect(router.getSnapshot().pane).toBeNull();
    world.back();
    expect(router.getSnapshot().route).toEqual({ page: 'chats' });
  });

  it('shows a hit under the search that covered everything, one back away from the list', () => {
    router.go(chat('1'));
    router.openPane({ kind: 'search', chatId: '1' }, true);
    router.go({ page: 'chat', chatId: '1', messageId: '9' });
    expect(router.getSnapshot().pane).toBeNull();
    expect(world.path()).toBe('/c/1/9');
    world.back();
    expect(router.getSnapshot().route).toEqual({ page: 'chats' });
  });

  it('closes the dialog before the pane', () => {
    router.openPane({ kind: 'search', chatId: null }, false);
    router.openDialog('settings', false);
    router.close();
    expect(router.getSnapshot()).toMatchObject({ dialog: null, pane: { kind: 'search' } });
  });

  it('opens what a shortcut asks for', () => {
    const shortcut = fakeWindow('/', '?new-chat');
    const started = createRouter(shortcut.view);
    openShortcut(shortcut.view, started);
    expect(started.getSnapshot().dialog).toBe('new-chat');
    expect(shortcut.path()).toBe('/');
  });

  it('finds its pane again after a reload, and drops what it does not know', () => {
    router.openPane({ kind: 'thread', rootId: '7' }, false);
    expect(createRouter(world.view).getSnapshot().pane).toEqual({ kind: 'thread', rootId: '7' });
    world.view.history.replaceState({ pane: { kind: 'moon' }, dialog: 'x' }, '', '/');
    expect(createRouter(world.view).getSnapshot()).toMatchObject({ pane: null, dialog: null });
  });
});
