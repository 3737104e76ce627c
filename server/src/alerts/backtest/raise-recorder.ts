// What one variant of a condition raises in the readings of one series: the raises and their figures.

import type { LimitKind, Severity } from '@gonsters/contract';
import type { Side } from '../rules/condition.ts';
import type { MinuteCounts } from './minute-counts.ts';

/** ISA-18.2: the third raise within a minute is chattering. */
const CHATTER_RAISES = 3;
const CHATTER_WINDOW_MS = 60_000;
/** Kept of one series, which bounds memory. Later ones are counted only. */
const MAX_KEPT = 50_000;

export interface RecordedRaise {
  /** `stale` for a condition without sides. */
  readonly side: Side | 'stale';
  readonly fromMs: number;
  /** null while it is active. */
  toMs: number | null;
  peak: number | null;
  /** Readings past the limit. */
  readingCount: number;
  severity: Severity;
  readonly limitKind: LimitKind | 'stale';
}

export class RaiseRecorder {
  /** In the order of time; of raises at the same time, in the order of evaluation. */
  readonly raises: RecordedRaise[] = [];
  count = 0;
  activeMs = 0;
  chattering = 0;
  readonly #minutes: MinuteCounts | null;
  readonly #open = new Map<RecordedRaise['side'], RecordedRaise>();
  readonly #recent = new Map<RecordedRaise['side'], number[]>();

  /** @param minutes counts the raises of all series together */
  constructor(minutes: MinuteCounts | null = null) {
    this.#minutes = minutes;
  }

  get isTruncated(): boolean {
    return this.count > this.raises.length;
  }

  raised(side: RecordedRaise['side'], atMs: number, severity: Severity, limitKind: RecordedRaise['limitKind']): void {
    this.count++;
    this.#minutes?.add(atMs);
    const recent = this.#recent.get(side) ?? [];
    this.#recent.set(side, recent);
    recent.push(atMs);
    if (recent.length > CHATTER_RAISES) recent.shift();
    if (recent.length === CHATTER_RAISES && atMs - (recent[0] as number) <= CHATTER_WINDOW_MS) this.chattering++;
    const raise = { side, fromMs: atMs, toMs: null, peak: null, readingCount: 0, severity, limitKind };
    this.#open.set(side, raise);
    if (this.raises.length < MAX_KEPT) this.raises.push(raise);
  }

  escalated(side: RecordedRaise['side'], severity: Severity): void {
    const open = this.#open.get(side);
    if (open !== undefined) open.severity = severity;
  }

  cleared(side: RecordedRaise['side'], atMs: number, peak: number | null, readingCount: number): void {
    const open = this.#open.get(side);
    if (open === undefined) return;
    this.#open.delete(side);
    this.activeMs += atMs - open.fromMs;
    open.toMs = atMs;
    open.peak = peak;
    open.readingCount = readingCount;
  }

  /** What is still active is counted up to `endMs`. */
  finish(
    endMs: number,
    figuresOf: (side: RecordedRaise['side']) => { peak: number | null; readingCount: number },
  ): void {
    for (const [side, open] of this.#open) {
      this.activeMs += Math.max(0, endMs - open.fromMs);
      Object.assign(open, figuresOf(side));
    }
    this.#open.clear();
  }
}
