// Counts of several kinds over the last hour, minute by minute, and over the last day, hour by hour.

import type { IncomingWindow } from '@gonsters/contract';

const MINUTE_MS = 60_000;
const MINUTES = 60;
const HOURS = 24;

/** Takes 336 bytes for each kind. Adding is two increments. */
export class WindowCounts {
  readonly #kinds: number;
  readonly #minutes: Uint32Array;
  readonly #hours: Uint32Array;
  /** The newest minute and hour, counted from 1970. */
  #minute = 0;
  #hour = 0;

  constructor(kinds = 1) {
    this.#kinds = kinds;
    this.#minutes = new Uint32Array(kinds * MINUTES);
    this.#hours = new Uint32Array(kinds * HOURS);
  }

  /** `atMs` may be in the past: what is older than the windows is not counted. UTC ms. */
  add(kind: number, atMs: number, count = 1): void {
    const minute = Math.floor(atMs / MINUTE_MS);
    if (minute > this.#minute) this.#moveTo(minute);
    const kinds = this.#kinds;
    if (minute > this.#minute - MINUTES) {
      const at = (minute % MINUTES) * kinds + kind;
      this.#minutes[at] = (this.#minutes[at] as number) + count;
    }
    const hour = Math.floor(minute / 60);
    if (hour <= this.#hour - HOURS) return;
    const at = (hour % HOURS) * kinds + kind;
    this.#hours[at] = (this.#hours[at] as number) + count;
  }

  /** Adds what another has counted, of the same kinds. */
  addAll(other: WindowCounts): void {
    this.#moveTo(other.#minute);
    addSlots(this.#minutes, other.#minutes, MINUTES, this.#minute, other.#minute);
    addSlots(this.#hours, other.#hours, HOURS, this.#hour, other.#hour);
  }

  sum(window: IncomingWindow, kind: number, nowMs: number): number {
    this.#moveTo(Math.floor(nowMs / MINUTE_MS));
    const slots = window === '1h' ? this.#minutes : this.#hours;
    let sum = 0;
    for (let at = kind; at < slots.length; at += this.#kinds) sum += slots[at] as number;
    return sum;
  }

  /** Of all kinds, as the mean of the last minute: of the minute before, the share counts that is not older. */
  perMinute(nowMs: number): number {
    const minute = Math.floor(nowMs / MINUTE_MS);
    this.#moveTo(minute);
    const passed = (nowMs % MINUTE_MS) / MINUTE_MS;
    return this.#ofMinute(minute) + (1 - passed) * this.#ofMinute(minute - 1);
  }

  #ofMinute(minute: number): number {
    if (minute > this.#minute || minute <= this.#minute - MINUTES) return 0;
    const from = (minute % MINUTES) * this.#kinds;
    return this.#minutes.subarray(from, from + this.#kinds).reduce((sum, count) => sum + count, 0);
  }

  #moveTo(minute: number): void {
    if (minute <= this.#minute) return;
    clearBetween(this.#minutes, this.#kinds, MINUTES, this.#minute, minute);
    const hour = Math.floor(minute / 60);
    clearBetween(this.#hours, this.#kinds, HOURS, this.#hour, hour);
    this.#minute = minute;
    this.#hour = hour;
  }
}

function clearBetween(slots: Uint32Array, kinds: number, size: number, after: number, to: number): void {
  if (to - after >= size) {
    slots.fill(0);
    return;
  }
  for (let slot = after + 1; slot <= to; slot++) slots.fill(0, (slot % size) * kinds, ((slot % size) + 1) * kinds);
}

/** Adds the slots from before `to` that are still counted at `newest`. */
function addSlots(into: Uint32Array, from: Uint32Array, size: number, newest: number, to: number): void {
  const kinds = into.length / size;
  for (let slot = newest - size + 1; slot <= to; slot++) {
    for (let at = (slot % size) * kinds; at < ((slot % size) + 1) * kinds; at++) {
      into[at] = (into[at] as number) + (from[at] as number);
    }
  }
}
