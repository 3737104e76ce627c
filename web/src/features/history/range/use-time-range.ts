// The whole range and its visible part. Changes are drawn at once and written to the address after a pause.

import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { clampView, isWhole, pan as panView, type TimeSpan, zoomAround } from '../../../charts/history/history-zoom.ts';
import { useLive } from '../../../live/use-live.ts';
import { type HistoryChoice, RANGES } from '../history-search.ts';
import { type HistoryChange, NO_ZOOM } from '../use-history-search.ts';

const DEBOUNCE_MS = 220;
/** A range that ends now is moved on about every pixel. */
const STEPS = 720;
const LEAST_STEP_MS = 30_000;
const MOST_STEP_MS = 10 * 60_000;
/** A person who has scrolled down reads the table: new rows must not move it. */
const AT_TOP_PX = 300;

export interface TimeRange {
  whole: TimeSpan;
  /** What is drawn. */
  view: TimeSpan;
  /** The range to request: the view after it has stopped moving. */
  stable: TimeSpan;
  zoomed: boolean;
  show: (view: TimeSpan) => void;
  /** Both return whether anything changed. */
  zoom: (factor: number, atMs?: number) => boolean;
  pan: (byMs: number) => boolean;
  reset: () => void;
}

export function useTimeRange(choice: HistoryChoice, change: (change: HistoryChange) => Promise<void>): TimeRange {
  const whole = useWholeRange(choice);
  const stable = useMemo(() => (choice.zoom ? clampView(choice.zoom, whole) : whole), [choice.zoom, whole]);
  const [moving, setMoving] = useState<TimeSpan | null>(null);
  const view = moving ? clampView(moving, whole) : stable;

  useEffect(() => {
    if (!moving) return;
    const timer = setTimeout(() => {
      const zoom = isWhole(moving, whole)
        ? NO_ZOOM
        : { zf: new Date(moving.fromMs).toISOString(), zt: new Date(moving.toMs).toISOString() };
      void change(zoom).then(() => setMoving((now) => (now === moving ? null : now)));
    }, DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [moving, whole, change]);

  // Several events may come between two renders, and the effect of an earlier render may run after a later event. Each event
  // continues from the view that the last one requested, until that view is rendered.
  const latest = useRef({ view, whole });
  const requested = useRef<TimeSpan | null>(null);
  useEffect(() => {
    if (requested.current === moving) requested.current = null;
    latest.current = { view: requested.current ? clampView(requested.current, whole) : view, whole };
  });
  const show = useCallback((next: TimeSpan): boolean => {
    const { view: before, whole: bounds } = latest.current;
    const clamped = clampView(next, bounds);
    if (clamped.fromMs === before.fromMs && clamped.toMs === before.toMs) return false;
    latest.current = { view: clamped, whole: bounds };
    requested.current = clamped;
    setMoving(clamped);
    return true;
  }, []);
  const zoom = useCallback(
    (factor: number, atMs?: number) => {
      const { view: now, whole: bounds } = latest.current;
      return show(zoomAround(now, bounds, factor, atMs ?? (now.fromMs + now.toMs) / 2));
    },
    [show],
  );
  const pan = useCallback((byMs: number) => show(panView(latest.current.view, latest.current.whole, byMs)), [show]);
  const reset = useCallback(() => void show(latest.current.whole), [show]);
  return { whole, view, stable, zoomed: !isWhole(view, whole), show, zoom, pan, reset };
}

function useWholeRange({ range, fixed, zoom }: HistoryChoice): TimeSpan {
  const { now } = useLive();
  const [tick, setTick] = useState(0);
  const spanMs = range ? RANGES[range] : 0;
  const follows = range !== null && zoom === null;
  useEffect(() => {
    if (!follows) return;
    const stepMs = Math.min(MOST_STEP_MS, Math.max(LEAST_STEP_MS, spanMs / STEPS));
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible' && window.scrollY < AT_TOP_PX) setTick((count) => count + 1);
    }, stepMs);
    return () => clearInterval(timer);
  }, [follows, spanMs]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the tick is what moves the end on
  const toMs = useMemo(() => Math.ceil(now() / 1000) * 1000, [now, range, tick]);
  return useMemo(() => {
    if (fixed) return fixed;
    // A zoom in a shared link can be before the range as of today. It is shown nevertheless.
    return { fromMs: Math.min(toMs - spanMs, zoom?.fromMs ?? toMs), toMs };
  }, [fixed, toMs, spanMs, zoom?.fromMs]);
}
