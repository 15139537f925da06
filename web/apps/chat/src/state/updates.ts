/**
 * The service worker, seen from the page: registers it, tells when a new version waits, and changes to it
 * when the person says so. A running page is never swapped: another tab that is looked at goes on with the
 * version it has, until its person reloads or turns away from it.
 */
import { createStore } from './store';

/** How often a long-lived page asks for a new version, in milliseconds. */
const ASK_EVERY_MS = 60 * 60 * 1000;

const ready = createStore(false);
let waiting: ServiceWorker | null = null;
/** Whether the new version has taken over while this page still runs the old one. */
let overtaken = false;
let reloading = false;

/** Whether a new version is ready to be changed to. */
export const updateReady = { getSnapshot: ready.getSnapshot, subscribe: ready.subscribe };

/** Changes to the new version. The page loads again, with its place and its drafts. */
export function applyUpdate(): void {
  if (overtaken || waiting === null) {
    reload();
  } else {
    reloading = true;
    waiting.postMessage('skip-waiting');
  }
}

/** Registers the service worker, once the page has loaded. */
export function watchForUpdates(): void {
  const workers = navigator.serviceWorker;
  if (!import.meta.env.PROD || workers === undefined) return;
  // On a first visit there is nothing to be overtaken.
  let controlled = workers.controller !== null;
  workers.addEventListener('controllerchange', () => {
    if (reloading) reload();
    else if (controlled) overtake();
    controlled = true;
  });
  // A chunk of the old version that is no longer to be had.
  addEventListener('vite:preloadError', () => overtake());
  const register = () => {
    workers.register('/sw.js', { updateViaCache: 'none' }).then(follow, () => undefined);
  };
  if (document.readyState === 'complete') register();
  else addEventListener('load', register, { once: true });
}

function follow(registration: ServiceWorkerRegistration): void {
  const offer = (worker: ServiceWorker | null) => {
    if (worker === null || navigator.serviceWorker.controller === null) return;
    waiting = worker;
    ready.set(true);
  };
  offer(registration.waiting);
  registration.addEventListener('updatefound', () => {
    const worker = registration.installing;
    worker?.addEventListener('statechange', () => {
      if (worker.state === 'installed') offer(worker);
    });
  });
  const ask = () => registration.update().catch(() => undefined);
  setInterval(ask, ASK_EVERY_MS);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void ask();
  });
}

function overtake(): void {
  overtaken = true;
  ready.set(true);
  const turnAway = () => {
    if (document.visibilityState === 'hidden') reload();
  };
  turnAway();
  document.addEventListener('visibilitychange', turnAway);
}

function reload(): void {
  reloading = true;
  location.reload();
}
