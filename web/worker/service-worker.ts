// Keeps the shell of the page, so that an installed one opens without network and says so itself. Nothing that tells of
// the plant is ever kept: whatever is not a file of the page goes past this worker untouched.

import { asOwnPath, isOwnNavigation } from './own-addresses.ts';
import { shownPush } from './push-message.ts';

declare const self: ServiceWorkerGlobalScope;
/** Put in by the build: a hash of the page, and the files it consists of. */
declare const __SHELL__: { version: string; files: string[] };

const PREFIX = 'gonsters-shell-';
const SHELL = __SHELL__;
const CACHE = PREFIX + SHELL.version;
/** The page itself, whatever address of it was asked for. */
const PAGE = '/';
const files = new Set(SHELL.files);
/** A server that takes longer is as good as none; the page then says what is the matter. */
const PATIENCE_MS = 5_000;

self.addEventListener('install', (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(CACHE);
      await cache.addAll(SHELL.files.map((file) => new Request(file, { cache: 'reload' })));
      // The page in the open tabs stays as it is; what they load later is still found in the cache before this one.
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      const shells = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
      await Promise.all(shells.slice(0, -1).map((name) => caches.delete(name)));
      await self.clients.claim();
    })(),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate') {
    // From the network wherever there is one: no page outlives its deployment.
    if (isOwnNavigation(url.pathname)) event.respondWith(fromNetwork(request, PAGE));
  } else if (url.pathname.startsWith('/assets/')) {
    event.respondWith(fromCache(request));
  } else if (files.has(url.pathname) && request.cache !== 'no-store') {
    event.respondWith(fromNetwork(request, url.pathname));
  }
});

self.addEventListener('push', (event) => {
  const { title, options } = shownPush(event.data?.text() ?? null, self.location.origin);
  event.waitUntil(self.registration.showNotification(title, options));
});

/** An alert's notification was touched: a window that is open comes to the front and goes there, or a new one opens. */
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const data: unknown = event.notification.data;
  const path = asOwnPath((data as { url?: unknown } | null)?.url, self.location.origin);
  event.waitUntil(
    (async () => {
      const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
      // A wall screen stays what it is.
      const open = windows.find((client) => new URL(client.url).searchParams.get('kiosk') !== '1');
      if (open === undefined) {
        await self.clients.openWindow(path);
        return;
      }
      open.postMessage({ type: 'navigate', path });
      await open.focus();
    })(),
  );
});

async function fromNetwork(request: Request, kept: string): Promise<Response> {
  try {
    const response = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    // A proxy that has lost its server answers too.
    if (response.status < 502 || response.status > 504) return response;
    return (await caches.match(kept, { cacheName: CACHE })) ?? response;
  } catch (error) {
    const response = await caches.match(kept, { cacheName: CACHE });
    if (response === undefined) throw error;
    return response;
  }
}

/** Hashed names: the same name is the same file for ever. */
async function fromCache(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}
