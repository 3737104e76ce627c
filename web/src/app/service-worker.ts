// The worker that keeps the shell (web/worker): registered where the browser allows it, which plain http does not.

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
