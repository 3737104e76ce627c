// Registers the service worker (web/worker) where the browser allows it, which it does not over plain http.

import type { router } from './router.tsx';

export function startServiceWorker(history: (typeof router)['history']): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  navigator.serviceWorker.addEventListener('message', ({ data }: MessageEvent<{ type?: string; path?: string }>) => {
    if (data.type === 'navigate' && data.path?.startsWith('/')) history.push(data.path);
  });
  // Not before the page itself has what it needs.
  const register = () => {
    navigator.serviceWorker.register('/sw.js').catch((error: unknown) => console.warn('No service worker', error));
  };
  if (document.readyState === 'complete') register();
  else window.addEventListener('load', register, { once: true });
}
