// Lets the browser paint what a click has already changed before expensive work follows.

/** In a window that is not visible no frame comes; it continues after this time. */
const NO_FRAME_MS = 300;

/** Resolves in a task of its own after the next frame has been handed to the screen. */
export function afterPaint(): Promise<void> {
  return new Promise((resolve) => {
    if (document.hidden) {
      resolve();
      return;
    }
    const timer = setTimeout(resolve, NO_FRAME_MS);
    requestAnimationFrame(() =>
      setTimeout(() => {
        clearTimeout(timer);
        resolve();
      }),
    );
  });
}
