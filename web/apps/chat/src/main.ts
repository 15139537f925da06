/**
 * Where the app starts. The engine's wasm, the socket and the cache of whoever is signed in are set going
 * before React is there; a token in the address is taken out of it before anything else can read it.
 */

import { createPhrases } from '@samtale/locale';
import { createRouter, openShortcut } from './routes';
import { clientFor, warmUp } from './session/client';
import { followOtherTabs, takeTokenFromAddress } from './session/entrances';
import { createSession } from './session/session';
import { createVault } from './session/vault';
import { followLanguage, setAccountLocale } from './state/texts';
import { followTheme } from './state/theme';
import { watchForUpdates } from './state/updates';
import { followViewport } from './state/viewport';

const token = takeTokenFromAddress(window);
const session = createSession(createVault());
const router = createRouter(window);
openShortcut(window, router);
const { account } = session.state.getSnapshot();
if (account === null) warmUp();
else clientFor(session, account).connect();
const app = import('./app');

followTheme(window);
followViewport(window);
followOtherTabs(window, session);
watchForUpdates();

/** Says so where the app can't be loaded: an old browser, a network that went away in the middle. */
function cannotStart(): void {
  const sentence = document.createElement('p');
  sentence.className = 'fallback';
  sentence.setAttribute('role', 'alert');
  sentence.textContent = createPhrases().t('app-failed-start');
  document.getElementById('app')?.replaceChildren(sentence);
}

const language = setAccountLocale(account?.locale ?? null).then(followLanguage);
const handed = token === null ? null : await session.hand(token);
await language;
await app.then(({ start }) => start({ session, router, handed }), cannotStart);
