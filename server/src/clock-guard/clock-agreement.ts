// Whether the devices have agreed with the server's clock for an hour: the timestamps of their new readings are close to it.

const HOUR_MS = 3_600_000;
/** A device counts while its last reading is not older than this. */
const ACTIVE_WITHIN_MS = 10 * 60_000;
/** The bound for a gateway that invents machine ids. Further devices are ignored. */
const MAX_DEVICES = 50_000;

interface LastReading {
  readonly agrees: boolean;
  readonly atMs: number;
}

/** All times are those of the monotonic clock. */
export class ClockAgreement {
  readonly #devices = new Map<string, LastReading>();
  #agreedSinceMs: number | null = null;

  /** Records a reading that has a timestamp of its own. A device that sends a backlog and new readings agrees. */
  note(device: string, agrees: boolean, atMs: number): void {
    const before = this.#devices.get(device);
    if (before === undefined && this.#devices.size >= MAX_DEVICES) return;
    if (!agrees && before?.agrees && atMs - before.atMs < ACTIVE_WITHIN_MS) return;
    this.#devices.set(device, { agrees, atMs });
  }

  /**
   * True when at each call of the last hour at least one device agreed, and no fewer agreed than disagreed. Must be called at
   * least every ten minutes.
   */
  hasLastedAnHour(atMs: number): boolean {
    let [agreeing, others] = [0, 0];
    for (const [device, last] of this.#devices) {
      if (atMs - last.atMs >= ACTIVE_WITHIN_MS) this.#devices.delete(device);
      else if (last.agrees) agreeing++;
      else others++;
    }
    if (agreeing === 0 || agreeing < others) this.#agreedSinceMs = null;
    else this.#agreedSinceMs ??= atMs;
    return this.#agreedSinceMs !== null && atMs - this.#agreedSinceMs >= HOUR_MS;
  }
}
