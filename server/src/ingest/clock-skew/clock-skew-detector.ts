// Detects that the server's clock is behind: most devices send timestamps far ahead of it, and agree on the difference.

import { MAX_AHEAD_MS } from '@gonsters/contract';

/** Fewer devices may agree by chance, or be connected to the same gateway. */
const MIN_DEVICES = 3;
/** The share of the devices ahead that must agree on the difference. */
const MIN_AGREEING_SHARE = 0.8;
/** The bound for a gateway that invents machine ids. Further devices are ignored. */
const MAX_DEVICES = 10_000;

/** `few`: only one or two devices sent readings, and these are ahead. `none`: no device sent a reading. */
export type ClockVerdict = { kind: 'behind'; byMs: number } | { kind: 'fine' | 'few' | 'none' };

export class ClockSkewDetector {
  /** How far each device was ahead in its last reading. */
  readonly #ahead = new Map<string, number>();
  readonly #onTime = new Set<string>();

  /** A reading of the device was refused because its timestamp is in the future. */
  noteAhead(device: string, byMs: number): void {
    if (this.#ahead.size < MAX_DEVICES) this.#ahead.set(device, byMs);
  }

  /** A reading of the device with a timestamp close to the clock was stored. */
  noteOnTime(device: string): void {
    if (this.#onTime.size < MAX_DEVICES) this.#onTime.add(device);
  }

  get hasAhead(): boolean {
    return this.#ahead.size > 0;
  }

  /** Judges by the readings since the last call. */
  judge(): ClockVerdict {
    const offsets = [...this.#ahead.values()].sort((a, b) => a - b);
    const others = [...this.#onTime].filter((device) => !this.#ahead.has(device)).length;
    this.#ahead.clear();
    this.#onTime.clear();
    if (offsets.length + others === 0) return { kind: 'none' };
    if (others === 0 && offsets.length < MIN_DEVICES) return { kind: 'few' };
    const medianMs = offsets[offsets.length >> 1] ?? 0;
    const agreeing = offsets.filter((ms) => Math.abs(ms - medianMs) <= MAX_AHEAD_MS).length;
    const isBehind =
      offsets.length >= MIN_DEVICES && offsets.length > others && agreeing >= MIN_AGREEING_SHARE * offsets.length;
    return isBehind ? { kind: 'behind', byMs: medianMs } : { kind: 'fine' };
  }
}
