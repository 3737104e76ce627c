// The arithmetic of zooming: a view is a part of the whole range and never leaves it.

export interface TimeSpan {
  fromMs: number;
  toMs: number;
}

/** Nothing is to be seen in less. */
export const LEAST_SPAN_MS = 10_000;

export const spanOf = ({ fromMs, toMs }: TimeSpan): number => toMs - fromMs;

export const isWhole = (view: TimeSpan, whole: TimeSpan): boolean =>
  view.fromMs <= whole.fromMs && view.toMs >= whole.toMs;

/** As wide as asked where the whole allows it, moved inside of it, in whole milliseconds. */
export function clampView({ fromMs, toMs }: TimeSpan, whole: TimeSpan): TimeSpan {
  const wholeSpan = spanOf(whole);
  const wanted = Math.max(toMs - fromMs, LEAST_SPAN_MS);
  if (wanted >= wholeSpan) return { fromMs: whole.fromMs, toMs: whole.toMs };
  // Widened around its middle, where it was too narrow.
  const start = Math.round((fromMs + toMs - wanted) / 2);
  const span = Math.round(wanted);
  const from = Math.min(Math.max(start, whole.fromMs), whole.toMs - span);
  return { fromMs: from, toMs: from + span };
}

/** `factor` below 1 zooms in; `atMs` stays where it is on the screen, as far as the whole allows. */
export function zoomAround(view: TimeSpan, whole: TimeSpan, factor: number, atMs: number): TimeSpan {
  const span = spanOf(view);
  const next = Math.min(Math.max(span * factor, LEAST_SPAN_MS), spanOf(whole));
  const share = span === 0 ? 0.5 : (atMs - view.fromMs) / span;
  const fromMs = atMs - next * share;
  return clampView({ fromMs, toMs: fromMs + next }, whole);
}

export function pan(view: TimeSpan, whole: TimeSpan, byMs: number): TimeSpan {
  return clampView({ fromMs: view.fromMs + byMs, toMs: view.toMs + byMs }, whole);
}
