// What each gateway sends: how much, for which machines, and what of it was refused. In memory, since the server started.

import type { Clock } from '../clock.ts';
import type { SentByGateway } from './gateway-events.ts';
import { SlidingCount } from './sliding-count.ts';
import { SlidingRate } from './sliding-rate.ts';

/** Values that were refused for one reason. Times are UTC ms. */
export interface RefusedData {
  readonly reason: string;
  readonly count: number;
  readonly newestMs: number;
  /** The topic and the beginning of the newest payload. */
  readonly topic: string;
  readonly example: string;
}

export interface GatewayActivity {
  readonly messagesPerSecond: number;
  readonly valuesPerSecond: number;
  /** UTC ms; null where nothing came. */
  readonly newestMessageMs: number | null;
  /** Of the last hour: a message that was refused in part counts as this part. */
  readonly hour: { readonly messages: number; readonly refused: number };
  /** The most frequent reason first. */
  readonly refused: readonly RefusedData[];
  /** Machines with the time of arrival of their newest reading, newest first. */
  readonly machines: readonly { readonly machineId: string; readonly newestMs: number }[];
}

const MAX_EXAMPLE_CHARACTERS = 500;
/** Past this number the machine that the gateway has not sent for longest is forgotten. */
const MAX_MACHINES = 10_000;
/** So many machines are named where it is reported what was refused. */
const MAX_REPORTED_MACHINES = 100;
const MINUTE_MS = 60_000;

/** How the server received what a gateway sent. */
export type Transport = 'mqtt' | 'http';

class Traffic {
  readonly messages = new SlidingRate();
  readonly values = new SlidingRate();
  readonly hour = { messages: new SlidingCount(MINUTE_MS, 60), refused: new SlidingCount(MINUTE_MS, 60) };
  /** Since the last report. */
  reported = { messages: 0, refused: 0 };
  why: string | null = null;
  newestMessageMs: number | null = null;
  readonly refused = new Map<string, RefusedData>();
  readonly machines = new Map<string, number>();
  /** Those of `machines` for which it sent over HTTP, with the time of arrival of the newest such reading. */
  readonly overHttp = new Map<string, number>();
  /** The key that `machines` has for `newestMachine` is up to date but for its time. */
  newestMachine = '';
}

export class GatewayTraffic {
  readonly #clock: Clock;
  readonly #byGateway = new Map<string, Traffic>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A message came, whatever becomes of it. */
  received(gatewayId: string): void {
    const traffic = this.#of(gatewayId);
    const nowMs = this.#clock.nowMs();
    traffic.messages.add(1, nowMs);
    traffic.hour.messages.add(1, nowMs);
    traffic.reported.messages++;
    traffic.newestMessageMs = nowMs;
  }

  /** A reading with `values` values was accepted. */
  accepted(gatewayId: string, machineId: string, values: number, over: Transport): void {
    const traffic = this.#of(gatewayId);
    const nowMs = this.#clock.nowMs();
    traffic.values.add(values, nowMs);
    const { machines } = traffic;
    // Most gateways send for one machine, which then needs no place at the end of the map.
    if (traffic.newestMachine !== machineId) machines.delete(machineId);
    traffic.newestMachine = machineId;
    machines.set(machineId, nowMs);
    if (machines.size > MAX_MACHINES) {
      const oldest = machines.keys().next().value as string;
      machines.delete(oldest);
      traffic.overHttp.delete(oldest);
    }
    if (over === 'http') traffic.overHttp.set(machineId, nowMs);
  }

  /** Of the message that came last, `part` is not stored: 0 to 1. */
  lost(gatewayId: string, part: number, why: string): void {
    const traffic = this.#of(gatewayId);
    traffic.why = why;
    traffic.hour.refused.add(part, this.#clock.nowMs());
    traffic.reported.refused += part;
  }

  refused(
    gatewayId: string,
    refusal: { reason: string; count: number; topic: string; payload: Uint8Array | string },
  ): void {
    const { reason, count, topic, payload } = refusal;
    const { refused } = this.#of(gatewayId);
    refused.set(reason, {
      ...{ reason, topic, newestMs: this.#clock.nowMs() },
      count: (refused.get(reason)?.count ?? 0) + count,
      example: beginningOf(payload),
    });
  }

  /** Whether the gateway has sent for the machine since the server started. */
  feeds(gatewayId: string, machineId: string): boolean {
    return this.#byGateway.get(gatewayId)?.machines.has(machineId) ?? false;
  }

  /** When the newest reading of the machine came over HTTP, from whichever gateway, UTC ms; null where none did. */
  newestOverHttp(machineId: string): number | null {
    let newestMs: number | null = null;
    for (const { overHttp } of this.#byGateway.values()) {
      const ms = overHttp.get(machineId);
      if (ms !== undefined && (newestMs === null || ms > newestMs)) newestMs = ms;
    }
    return newestMs;
  }

  /** What each gateway sent since the last call. */
  takeReport(): SentByGateway[] {
    const sent: SentByGateway[] = [];
    for (const [gatewayId, traffic] of this.#byGateway) {
      const { messages, refused } = traffic.reported;
      if (messages === 0 && refused === 0) continue;
      traffic.reported = { messages: 0, refused: 0 };
      const machineIds = refused === 0 ? [] : [...traffic.machines.keys()].slice(-MAX_REPORTED_MACHINES);
      sent.push({ gatewayId, messages, refused, why: refused === 0 ? null : traffic.why, machineIds });
    }
    return sent;
  }

  of(gatewayId: string): GatewayActivity {
    const traffic = this.#byGateway.get(gatewayId) ?? new Traffic();
    const nowMs = this.#clock.nowMs();
    return {
      messagesPerSecond: traffic.messages.perSecond(nowMs),
      valuesPerSecond: traffic.values.perSecond(nowMs),
      newestMessageMs: traffic.newestMessageMs,
      hour: { messages: traffic.hour.messages.total(nowMs), refused: traffic.hour.refused.total(nowMs) },
      refused: [...traffic.refused.values()].sort((a, b) => b.count - a.count),
      machines: [...traffic.machines].reverse().map(([machineId, newestMs]) => ({ machineId, newestMs })),
    };
  }

  #of(gatewayId: string): Traffic {
    const known = this.#byGateway.get(gatewayId);
    if (known !== undefined) return known;
    const traffic = new Traffic();
    this.#byGateway.set(gatewayId, traffic);
    return traffic;
  }
}

function beginningOf(payload: Uint8Array | string): string {
  // A character takes at most four bytes.
  const text =
    typeof payload === 'string' ? payload : Buffer.from(payload.subarray(0, 4 * MAX_EXAMPLE_CHARACTERS)).toString();
  return text.slice(0, MAX_EXAMPLE_CHARACTERS);
}
