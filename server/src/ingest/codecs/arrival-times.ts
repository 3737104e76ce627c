// The times of readings that come without one. Two of them in the same millisecond must not replace each other.

/** A machine that sends faster than once a millisecond for this long gets equal times. */
const MAX_AHEAD_MS = 1_000;
/** More machines than a plant has. */
const MAX_MACHINES = 100_000;

export class ArrivalTimes {
  readonly #lastMs = new Map<string, number>();

  /** The time of arrival, or a millisecond after the last one of the machine. */
  next(machineId: string, nowMs: number): number {
    const lastMs = this.#lastMs.get(machineId) ?? Number.NEGATIVE_INFINITY;
    const timeMs = lastMs >= nowMs && lastMs - nowMs < MAX_AHEAD_MS ? lastMs + 1 : nowMs;
    if (this.#lastMs.size >= MAX_MACHINES) this.#lastMs.clear();
    this.#lastMs.set(machineId, timeMs);
    return timeMs;
  }
}
