// After a deployment the parts that an open page loads later are gone from the server: it is loaded anew, once. Where the
// network is gone instead, a reload would lose the page.

import { isNewBuild, reloadOnce } from './new-build.ts';

const missing = new WeakSet<object>();

/** The error of a part of the page that could not be loaded. */
export const isMissingChunk = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && missing.has(error);

export function watchForMissingChunks(): void {
  window.addEventListener('vite:preloadError', ({ payload }) => {
    missing.add(payload);
    // The router knows the browsers' words for it, and would reload with or without a network.
    payload.message = `Part of the page: ${payload.message}`;
    void isNewBuild().then((isNew) => (isNew ? reloadOnce() : undefined));
  });
}
