// Whether this server's clock is behind: most devices that are heard send times far ahead of it, and agree on how far.

import { MAX_AHEAD_MS } from '@gonsters/contract';

/** Fewer agree by chance, or stand behind one gateway. */
const FEWEST = 3;
/** Of those that are ahead, so many stand together. */
const AGREEING_SHARE = 0.8;
/** Whoever may publish may make up machines. */
const MOST = 10_000;

/** `few`: one or two are ahead, and nobody else was heard; `none`: nobody at all who could tell. */
export type ClockVerdict = { kind: 'behind'; byMs: number } | { kind: 'fine' | 'few' | 'none' };

export class ClockSkewDetector {
  /** How far ahead each device was when it was heard last. */
  readonly #ahead = new Map<string, number>();
  readonly #withTimeout = new Set<string>();

  /** A reading was refused as from the future. */
  ahead(device: string, byMs: number): void {
    if (this.#ahead.size < MOST) this.#ahead.set(device, byMs);
  }

  /** A reading of about now was stored. */
  withTimeout(device: string): void {
    if (this.#withTimeout.size < MOST) this.#withTimeout.add(device);
  }

  get hasAhead(): boolean {
    return this.#ahead.size > 0;
  }

  /** Of what was heard since the last judgement. */
  judge(): ClockVerdict {
    const offsets = [...this.#ahead.values()].sort((a, b) => a - b);
    const others = [...this.#withTimeout].filter((device) => !this.#ahead.has(device)).length;
    this.#ahead.clear();
    this.#withTimeout.clear();
    if (offsets.length + others === 0) return { kind: 'none' };
    if (others === 0 && offsets.length < FEWEST) return { kind: 'few' };
    const medianMs = offsets[offsets.length >> 1] ?? 0;
    const agreeing = offsets.filter((ms) => Math.abs(ms - medianMs) <= MAX_AHEAD_MS).length;
    const isBehind = offsets.length >= FEWEST && offsets.length > others && agreeing >= AGREEING_SHARE * offsets.length;
    return isBehind ? { kind: 'behind', byMs: medianMs } : { kind: 'fine' };
  }
}
