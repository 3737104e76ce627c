// Excursions in late data: ranges from the first to the last reading past a limit, with the readings inside the limit next to
// them. Readings may be added in any order.

import { type Side, worseOf } from './condition.ts';

export interface Excursion {
  readonly side: Side;
  /** First and last reading past the limit. */
  fromMs: number;
  toMs: number;
  /** Value of the first reading. */
  firstValue: number;
  peakValue: number;
  readingCount: number;
  /** The earliest and latest reading inside the limit before and after it; NaN where none is known. */
  readonly before: Span;
  readonly after: Span;
  /** The alert that was recorded for it. */
  alertId: string | null;
  /** A live alert covers it, so that no alert is recorded for it. */
  hasLiveAlert: boolean;
  /** It has become part of another excursion or of a live alert. */
  isRemoved: boolean;
  /** Its newest change is not recorded yet. */
  hasChanged: boolean;
  /** When it changed last and when it was recorded last, by the server's clock. */
  changedAtMs: number;
  recordedAtMs: number;
}
interface Span {
  fromMs: number;
  toMs: number;
}

/** The readings of one metric that were history or out of order. Excursions are in the order of time. */
export interface MetricHistory {
  /**
   * Longest gap between consecutive readings that were history, up to the newest reading in order. Negative if the newest
   * reading in order was live.
   */
  spacingMs: number;
  /** Time of the last reading inside the limit, per side; NaN before the first. */
  readonly insideMs: Record<Side, number>;
  readonly excursions: Record<Side, Excursion[]>;
}

export function emptyHistory(): MetricHistory {
  return { spacingMs: -1, insideMs: { high: Number.NaN, low: Number.NaN }, excursions: { high: [], low: [] } };
}

/** Whether readings inside the limit have shown its end, for the off-delay, as a live alert clears. */
export function hasEndBeenSeen(excursion: Excursion, offDelayMs: number): boolean {
  return isOver(excursion.after, offDelayMs);
}

/**
 * Adds a reading past the limit. It belongs to the excursion next to it, unless readings between them were inside the limit;
 * otherwise a new excursion begins.
 *
 * @returns the excursion that has changed, or null
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
    // If both are recorded, their two alerts cannot become one.
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

/** Adds a reading inside the limit. @returns the excursion whose end it shows, or null */
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

/** Removes an excursion that a live alert continues, or that is over. */
export function removeExcursion(history: MetricHistory, excursion: Excursion): void {
  const all = history.excursions[excursion.side];
  excursion.isRemoved = true;
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
    hasLiveAlert: false,
    isRemoved: false,
    hasChanged: false,
    changedAtMs: Number.NEGATIVE_INFINITY,
    recordedAtMs: Number.NEGATIVE_INFINITY,
  };
}

/** Index of the first excursion that begins after this time. The search begins at the end, as most readings are in order. */
function indexAfter(all: readonly Excursion[], timestampMs: number): number {
  let index = all.length;
  while (index > 0 && (all[index - 1] as Excursion).fromMs > timestampMs) index--;
  return index;
}

/** The reading may have been sent again, so it is not counted. */
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
  into.hasLiveAlert ||= later.hasLiveAlert;
  later.isRemoved = true;
}

/** False where no reading is known, because a comparison with NaN is false. */
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
