// Which machines have fallen silent, and which of them share one alert.

import type { MachineAlarmState } from './machine-alarm-state.ts';

/** Machines of one location that fall silent within this time are one event, not many. */
const MERGE_WINDOW_MS = 30_000;

export interface StalenessRound {
  /** Machines whose data turned stale since the last round, watched or not. */
  turnedStale: string[];
  /** Those that people must hear of, by location. */
  silent: Map<string, MachineAlarmState[]>;
  /** Machines with an alert that has lost its reason: heard again, or no longer watched. */
  released: string[];
}

interface Group {
  alertId: string;
  raisedAtMs: number;
}

export class Staleness {
  #startedAtMs: number;
  /** Machine → its open alert. */
  readonly #alertOf = new Map<string, string>();
  /** Alert → machines that are still silent. */
  readonly #silent = new Map<string, Set<string>>();
  readonly #newestOf = new Map<string, Group>();

  constructor(startedAtMs: number) {
    this.#startedAtMs = startedAtMs;
  }

  /** One look at every machine. Silence counts from the server's start at the earliest: a restart is no outage. */
  look(watches: Iterable<MachineAlarmState>, nowMs: number, timeoutMs: number): StalenessRound {
    const round: StalenessRound = { turnedStale: [], silent: new Map(), released: [] };
    const staleBeforeMs = nowMs - timeoutMs;
    // The server's clock was set back.
    this.#startedAtMs = Math.min(this.#startedAtMs, nowMs);
    const startedLongAgo = this.#startedAtMs < staleBeforeMs;
    for (const watch of watches) {
      if (watch.newestMs === Number.NEGATIVE_INFINITY) continue;
      const machineId = watch.machineId;
      // Heard before the server's clock was set back: silence counts from now on.
      if (watch.newestMs > nowMs) watch.newestMs = nowMs;
      const stale = watch.newestMs < staleBeforeMs;
      if (stale) {
        // What was stale when the server started is no news.
        if (watch.connection === 'online') round.turnedStale.push(machineId);
        watch.connection = 'stale';
        watch.attention = true;
        const { status, location } = watch.entry.record;
        const watched = status === 'active' || status === 'error';
        const alerted = this.#alertOf.has(machineId);
        if (alerted && !watched) round.released.push(machineId);
        if (!alerted && watched && startedLongAgo) {
          const there = round.silent.get(location);
          if (there) there.push(watch);
          else round.silent.set(location, [watch]);
        }
      } else {
        if (watch.connection === 'never') watch.connection = 'online';
        if (this.#alertOf.has(machineId)) round.released.push(machineId);
      }
    }
    return round;
  }

  /** The alert of a location that may still take in others, if any. */
  mergeable(location: string, nowMs: number): string | null {
    const group = this.#newestOf.get(location);
    return group !== undefined && nowMs - group.raisedAtMs <= MERGE_WINDOW_MS && this.#silent.has(group.alertId)
      ? group.alertId
      : null;
  }

  /** An alert speaks for these machines from now on. */
  assign(alertId: string, machineIds: readonly string[]): void {
    const silent = this.#silent.get(alertId) ?? new Set();
    this.#silent.set(alertId, silent);
    for (const machineId of machineIds) {
      silent.add(machineId);
      this.#alertOf.set(machineId, alertId);
    }
  }

  opened(location: string, alertId: string, raisedAtMs: number): void {
    this.#newestOf.set(location, { alertId, raisedAtMs });
  }

  /** The machine needs no alert any more; answers the alert that this was the last reason for. */
  release(machineId: string): string | null {
    const alertId = this.#alertOf.get(machineId);
    if (alertId === undefined) return null;
    this.#alertOf.delete(machineId);
    const silent = this.#silent.get(alertId);
    silent?.delete(machineId);
    if (silent === undefined || silent.size > 0) return null;
    this.#silent.delete(alertId);
    return alertId;
  }
}
