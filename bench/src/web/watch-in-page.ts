// Runs inside the page under test: observes the measurements of the browser and what the charts draw.

/** What was observed since the page was loaded. Times are milliseconds of `performance.now()`. */
export interface InPage {
  longTasksMs: number[];
  /** Longest duration of each interaction, by its id. */
  interactionsMs: Record<string, number>;
  /** The largest session window of unexpected layout shifts, as CLS is defined. */
  layoutShift: number;
  /** Whether the drawing of charts is observed, which costs an animation frame for each drawn frame. */
  watchesCharts: boolean;
  /** For each frame that drew lines: when it was presented, and where each line ended. */
  chartFrames: { atMs: number; endsAtY: number[]; points: number }[];
  /** When text with `needle` was first in the page; -1 while it is not. */
  seenText: (needle: string, within: string) => Promise<number>;
}

declare global {
  interface Window {
    bench: InPage;
  }
}

/** Passed to the browser as source, so that it must not refer to anything outside. */
export function watchInPage(): void {
  const KEPT_FRAMES = 4000;
  const bench: InPage = {
    longTasksMs: [],
    interactionsMs: {},
    layoutShift: 0,
    watchesCharts: true,
    chartFrames: [],
    seenText: (needle, within) =>
      new Promise((resolve) => {
        const look = () => {
          for (const element of document.querySelectorAll(within)) {
            if (!element.textContent?.includes(needle)) continue;
            observer.disconnect();
            requestAnimationFrame(() => resolve(performance.timeOrigin + performance.now()));
            return;
          }
        };
        const observer = new MutationObserver(look);
        observer.observe(document.documentElement, { childList: true, subtree: true, characterData: true });
        look();
      }),
  };
  window.bench = bench;
  const observe = (type: string, take: (entry: PerformanceEntry) => void, more: object = {}) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({
      type,
      buffered: true,
      ...more,
    } as PerformanceObserverInit);
  observe('longtask', (entry) => bench.longTasksMs.push(entry.duration));
  observe(
    'event',
    (entry) => {
      const { interactionId = 0, duration } = entry as PerformanceEntry & { interactionId?: number };
      if (interactionId === 0) return;
      bench.interactionsMs[interactionId] = Math.max(duration, bench.interactionsMs[interactionId] ?? 0);
    },
    { durationThreshold: 16 },
  );
  let windowStartMs = 0;
  let lastShiftMs = Number.NEGATIVE_INFINITY;
  let windowSum = 0;
  observe('layout-shift', (entry) => {
    const { hadRecentInput, value, startTime } = entry as PerformanceEntry & { hadRecentInput: boolean; value: number };
    if (hadRecentInput) return;
    if (startTime - lastShiftMs > 1000 || startTime - windowStartMs > 5000) {
      windowStartMs = startTime;
      windowSum = 0;
    }
    lastShiftMs = startTime;
    windowSum += value;
    bench.layoutShift = Math.max(bench.layoutShift, windowSum);
  });

  // The line of a chart is a Path2D that ends at the newest reading. A movement of this end shows that the reading is
  // visible.
  const ends = new WeakMap<Path2D, { y: number; points: number }>();
  const lineTo = Path2D.prototype.lineTo;
  Path2D.prototype.lineTo = function (x, y) {
    const end = bench.watchesCharts ? ends.get(this) : null;
    if (end === null) return lineTo.call(this, x, y);
    if (end === undefined) ends.set(this, { y, points: 1 });
    else {
      end.y = y;
      end.points++;
    }
    lineTo.call(this, x, y);
  };
  let frame: InPage['chartFrames'][number] | null = null;
  const stroke = CanvasRenderingContext2D.prototype.stroke as (path?: Path2D) => void;
  (CanvasRenderingContext2D.prototype as { stroke: (path?: Path2D) => void }).stroke = function (path) {
    const end = path === undefined || !bench.watchesCharts ? undefined : ends.get(path);
    if (end !== undefined) {
      if (frame === null) {
        const drawn = { atMs: 0, endsAtY: [], points: 0 };
        frame = drawn;
        // The callback runs when the next frame begins. By then the drawn frame was presented.
        requestAnimationFrame(() => {
          drawn.atMs = performance.timeOrigin + performance.now();
          bench.chartFrames.push(drawn);
          if (bench.chartFrames.length > KEPT_FRAMES) bench.chartFrames.shift();
          frame = null;
        });
      }
      frame.endsAtY.push(end.y);
      frame.points = Math.max(frame.points, end.points);
    }
    if (path === undefined) stroke.call(this);
    else stroke.call(this, path);
  };
}
