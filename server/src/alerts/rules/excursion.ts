// Excursions that are no matter of the present, put together from readings in any order: from the first reading past a
// limit to the last one, with what is known of the readings beside them.

import { type Side, worseOf } from './condition.ts';

export interface Excursion {
  readonly side: Side;
  /** First and last reading past the limit. */
  fromMs: number;
  toMs: number;
  /** That of the first. */
  firstValue: number;
  peakValue: number;
  readingCount: number;
  /** Readings inside the limit next to it: the earliest and the latest of them, NaN where none is known. */
  readonly before: Span;
  readonly after: Span;
  /** The alert that was stored of it. */
  alertId: string | null;
  /** A live alert tells of it already: nothing is stored. */
  isTold: boolean;
  /** It became part of another one, or of a live alert. */
  isGone: boolean;
  /** What changed is not stored yet. */
  hasChanged: boolean;
  /** When it changed last and when it was stored last, by the server's clock. */
  changedAtMs: number;
  storedAtMs: number;
}
interface Span {
  fromMs: number;
  toMs: number;
}

/** What is known of one metric's readings that were out of order or history. Excursions stand in the order of time. */
export interface MetricHistory {
  /** Longest gap in the row of history that the newest reading in order belongs to; negative where that one was live. */
  spacingMs: number;
  /** The last reading inside the limit, per side; NaN before the first. */
  readonly insideMs: Record<Side, number>;
  readonly excursions: Record<Side, Excursion[]>;
}

export function emptyHistory(): MetricHistory {
  return { spacingMs: -1, insideMs: { high: Number.NaN, low: Number.NaN }, excursions: { high: [], low: [] } };
}

/** Whether readings inside its limit have shown that it was over: as a live alert clears, by the off-delay. */
export function hasEndBeenSeen(excursion: Excursion, offDelayMs: number): boolean {
  return isOver(excursion.after, offDelayMs);
}

/**
 * A reading past the limit: part of the excursion next to it, unless readings between them were inside, or a new one.
 *
 * @returns the excursion that it changed; null where it changed none
 */
export function addPast(
  history: MetricHistory,
  side: Side,
  timestampMs: number,
  value: number,
  offDelayMs: number,
): Excursion | null {
  const all = history.excursions[side];
  const next = indexAfter(all, timestampMs);
  const earlier = all[next - 1];
  const later = all[next];
  if (earlier !== undefined && timestampMs <= earlier.toMs) return addWithin(earlier, value);
  const joinsEarlier =
    earlier !== undefined && !(isOver(earlier.after, offDelayMs) && earlier.after.fromMs < timestampMs);
  const joinsLater = later !== undefined && !(isOver(later.before, offDelayMs) && later.before.toMs > timestampMs);
  if (joinsEarlier) {
    extend(earlier, timestampMs, value);
    if (earlier.after.fromMs < timestampMs) clear(earlier.after);
    // Both stand in the history already: two entries cannot become one.
    if (joinsLater && (earlier.alertId === null || later.alertId === null)) {
      merge(earlier, later);
      all.splice(next, 1);
    }
    return earlier;
  }
  if (joinsLater) {
    later.fromMs = timestampMs;
    later.firstValue = value;
    later.peakValue = worseOf(side, later.peakValue, value) as number;
    later.readingCount++;
    if (later.before.toMs > timestampMs) clear(later.before);
    return later;
  }
  const excursion = newExcursion(side, timestampMs, value, history.insideMs[side]);
  all.splice(next, 0, excursion);
  return excursion;
}

/** A reading inside the limit. @returns the excursion whose end it shows; null where that was known, or there is none */
export function addInside(
  history: MetricHistory,
  side: Side,
  timestampMs: number,
  offDelayMs: number,
): Excursion | null {
  history.insideMs[side] = timestampMs;
  const all = history.excursions[side];
  if (all.length === 0) return null;
  const next = indexAfter(all, timestampMs);
  const later = all[next];
  if (later !== undefined) widen(later.before, timestampMs);
  const earlier = all[next - 1];
  if (earlier === undefined || timestampMs <= earlier.toMs) return null;
  const wasSeen = isOver(earlier.after, offDelayMs);
  widen(earlier.after, timestampMs);
  return !wasSeen && isOver(earlier.after, offDelayMs) ? earlier : null;
}

/** Takes an excursion out, since a live alert goes on with it. */
export function removeExcursion(history: MetricHistory, excursion: Excursion): void {
  const all = history.excursions[excursion.side];
  excursion.isGone = true;
  all.splice(all.indexOf(excursion), 1);
}

function newExcursion(side: Side, timestampMs: number, value: number, insideMs: number): Excursion {
  const before = { fromMs: Number.NaN, toMs: Number.NaN };
  const after = { fromMs: Number.NaN, toMs: Number.NaN };
  if (insideMs < timestampMs) widen(before, insideMs);
  else if (insideMs > timestampMs) widen(after, insideMs);
  return {
    side,
    fromMs: timestampMs,
    toMs: timestampMs,
    firstValue: value,
    peakValue: value,
    readingCount: 1,
    before,
    after,
    alertId: null,
    isTold: false,
    isGone: false,
    hasChanged: false,
    changedAtMs: Number.NEGATIVE_INFINITY,
    storedAtMs: Number.NEGATIVE_INFINITY,
  };
}

/** Of the first excursion that begins after this time. Readings come mostly in order, so that it is the last one. */
function indexAfter(all: readonly Excursion[], timestampMs: number): number {
  let index = all.length;
  while (index > 0 && (all[index - 1] as Excursion).fromMs > timestampMs) index--;
  return index;
}

/** Sent again, or between two that are known: it is not counted, since nobody can tell which. */
function addWithin(excursion: Excursion, value: number): Excursion | null {
  const peakValue = worseOf(excursion.side, excursion.peakValue, value) as number;
  if (peakValue === excursion.peakValue) return null;
  excursion.peakValue = peakValue;
  return excursion;
}

function extend(excursion: Excursion, timestampMs: number, value: number): void {
  excursion.toMs = timestampMs;
  excursion.peakValue = worseOf(excursion.side, excursion.peakValue, value) as number;
  excursion.readingCount++;
}

function merge(into: Excursion, later: Excursion): void {
  into.toMs = later.toMs;
  into.peakValue = worseOf(into.side, into.peakValue, later.peakValue) as number;
  into.readingCount += later.readingCount;
  into.after.fromMs = later.after.fromMs;
  into.after.toMs = later.after.toMs;
  into.alertId ??= later.alertId;
  into.isTold ||= later.isTold;
  later.isGone = true;
}

/** Nothing is over by readings that are not there: with NaN every comparison is false. */
function isOver(beside: Span, offDelayMs: number): boolean {
  return beside.toMs - beside.fromMs >= offDelayMs;
}

function widen(span: Span, timestampMs: number): void {
  span.fromMs = Number.isNaN(span.fromMs) ? timestampMs : Math.min(span.fromMs, timestampMs);
  span.toMs = Number.isNaN(span.toMs) ? timestampMs : Math.max(span.toMs, timestampMs);
}

function clear(span: Span): void {
  span.fromMs = Number.NaN;
  span.toMs = Number.NaN;
}
