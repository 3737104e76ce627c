// Throttles calls: the first runs at once, those that follow too closely are combined into one.

/** @returns a function that runs what it was handed last, at most once in `intervalMs` */
export function throttle(intervalMs: number): (run: () => void) => void {
  let lastMs = Number.NEGATIVE_INFINITY;
  let waiting: (() => void) | null = null;
  return (run) => {
    const waited = waiting !== null;
    const nowMs = performance.now();
    if (!waited && nowMs - lastMs >= intervalMs) {
      lastMs = nowMs;
      run();
      return;
    }
    waiting = run;
    if (waited) return;
    setTimeout(
      () => {
        const last = waiting;
        waiting = null;
        lastMs = performance.now();
        last?.();
      },
      intervalMs - (nowMs - lastMs),
    );
  };
}
