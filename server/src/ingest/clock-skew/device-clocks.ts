// What timestamps say about the clocks of devices: one that sends its local time, and one whose clock is not set.

import { EARLIEST_MS } from '@gonsters/contract';
import type { Logger } from '../../log.ts';
import { hasZone } from '../codecs/timestamp.ts';
import { zoneOffsetOf } from './zone-offset.ts';

export interface DeviceClock {
  readonly machineId: string;
  /** Empty for a client without credentials. */
  readonly gatewayId: string;
  readonly status: 'local_time' | 'not_set';
  /** How far its timestamps are ahead of UTC, in ms; 0 if the clock is not set. */
  readonly offsetMs: number;
  /** The timestamps say how far they are from UTC, and are wrong: a zone of the gateway would not correct them. */
  readonly hasZone: boolean;
}

/** How far the furthest timestamp was ahead, in this half minute and the one before. */
interface Offset {
  half: number;
  aheadMs: number;
  previousMs: number;
}

interface Observed extends DeviceClock {
  count: number;
  readonly firstMs: number;
  lastMs: number;
  isLogged: boolean;
}

/** A backlog, whose timestamps may be full hours behind by chance, moves on within this many messages. */
const STEADY_COUNT = 5;
const STEADY_MS = 4_000;
/** A device that has not sent for this long is not listed any more. */
const LISTED_MS = 3_600_000;
/** The bound for a gateway that invents machine ids. Further machines are ignored. */
const MAX_MACHINES = 10_000;
const HALF_MINUTE_MS = 30_000;

/** In memory, of the messages that this node received. */
export class DeviceClocks {
  readonly #log: Logger;
  readonly #noteOffset: (machineId: string, offsetMs: number) => void;
  readonly #observed = new Map<string, Observed>();
  /** By gateway. */
  readonly #offsets = new Map<string, Offset>();

  /** `noteOffset` is called when a machine is found to send its local time, and with 0 when it no longer does. */
  constructor(deps: { log: Logger; noteOffset: (machineId: string, offsetMs: number) => void }) {
    this.#log = deps.log;
    this.#noteOffset = deps.noteOffset;
  }

  /**
   * A reading came with a timestamp. Cheap while the clocks of all devices are right.
   *
   * @param timestampMs NaN where it cannot be read, which says nothing about the clock
   */
  note(machineId: string, gatewayId: string, timestamp: unknown, timestampMs: number, nowMs: number): void {
    const status = statusOf(timestamp, timestampMs);
    if (status === 'local_time' && gatewayId !== '') this.#noteAhead(gatewayId, timestampMs - nowMs, nowMs);
    const offsetMs = status === 'not_set' ? 0 : zoneOffsetOf(timestampMs - nowMs);
    if (offsetMs === null) {
      if (this.#observed.size > 0) this.#forget(machineId);
      return;
    }
    const known = this.#observed.get(machineId);
    if (known?.status === status && known.offsetMs === offsetMs && known.gatewayId === gatewayId) {
      known.count++;
      known.lastMs = nowMs;
      this.#tell(known);
      return;
    }
    if (known === undefined && this.#observed.size >= MAX_MACHINES) return;
    this.#forget(machineId);
    const times = { firstMs: nowMs, lastMs: nowMs, count: 1, isLogged: false };
    this.#observed.set(machineId, { machineId, gatewayId, status, offsetMs, hasZone: hasZone(timestamp), ...times });
  }

  /**
   * How far the clock of the gateway is ahead, in ms: its newest timestamps of the last minute, since the others were delayed.
   * null if none came.
   */
  offsetOf(gatewayId: string, nowMs: number): number | null {
    const offset = this.#offsets.get(gatewayId);
    if (offset === undefined) return null;
    const passed = Math.floor(nowMs / HALF_MINUTE_MS) - offset.half;
    if (passed > 1 || passed < 0) return null;
    const aheadMs = passed === 0 ? Math.max(offset.aheadMs, offset.previousMs) : offset.aheadMs;
    return Number.isFinite(aheadMs) ? aheadMs : null;
  }

  /** The devices whose clocks are wrong for certain, by machine. */
  list(nowMs: number): DeviceClock[] {
    for (const [machineId, { lastMs }] of this.#observed) {
      if (nowMs - lastMs > LISTED_MS) this.#forget(machineId);
    }
    return [...this.#observed.values()].filter(isSteady);
  }

  /** Gateways have credentials, so that there are as many of them as people made. */
  #noteAhead(gatewayId: string, aheadMs: number, nowMs: number): void {
    // The timestamp cannot be read.
    if (Number.isNaN(aheadMs)) return;
    let offset = this.#offsets.get(gatewayId);
    if (offset === undefined) {
      offset = { half: 0, aheadMs: Number.NEGATIVE_INFINITY, previousMs: Number.NEGATIVE_INFINITY };
      this.#offsets.set(gatewayId, offset);
    }
    const half = Math.floor(nowMs / HALF_MINUTE_MS);
    if (half !== offset.half) {
      offset.previousMs = half - offset.half === 1 ? offset.aheadMs : Number.NEGATIVE_INFINITY;
      offset.aheadMs = Number.NEGATIVE_INFINITY;
      offset.half = half;
    }
    if (aheadMs > offset.aheadMs) offset.aheadMs = aheadMs;
  }

  #forget(machineId: string): void {
    if (this.#observed.get(machineId)?.isLogged) this.#noteOffset(machineId, 0);
    this.#observed.delete(machineId);
  }

  #tell(observed: Observed): void {
    if (observed.isLogged || observed.status !== 'local_time' || !isSteady(observed)) return;
    observed.isLogged = true;
    const { machineId, gatewayId, offsetMs } = observed;
    this.#noteOffset(machineId, offsetMs);
    this.#log.warn(
      { machineId, gatewayId: gatewayId === '' ? null : gatewayId, offsetHours: offsetMs / 3_600_000 },
      'A device sends its local time instead of UTC: set the time zone of its gateway',
    );
  }
}

const statusOf = (timestamp: unknown, timestampMs: number): DeviceClock['status'] =>
  timestamp === null || timestampMs < EARLIEST_MS ? 'not_set' : 'local_time';

const isSteady = ({ status, count, firstMs, lastMs }: Observed) =>
  status === 'not_set' || (count >= STEADY_COUNT && lastMs - firstMs >= STEADY_MS);
