// After a deployment the chunks of an open page are gone from the server: the page is reloaded once. Where only the network
// is down, it is not, because a reload would lose the page.

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
