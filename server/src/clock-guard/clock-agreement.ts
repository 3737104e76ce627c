// Whether the devices have agreed with the clock for long enough: their fresh readings carry times of about now.

const HOUR_MS = 3_600_000;
/** A device counts as long as it was heard within this time. */
const HEARD_WITHIN_MS = 10 * 60_000;
/** Whoever may publish may make up machines. */
const MOST_DEVICES = 50_000;

interface Heard {
  readonly agrees: boolean;
  readonly atMs: number;
}

/** All times are those of the monotonic clock. */
export class ClockAgreement {
  readonly #heard = new Map<string, Heard>();
  #sinceMs: number | null = null;

  /** A reading with a time of its own has come. A device that sends its backlog beside what is fresh agrees. */
  note(device: string, agrees: boolean, atMs: number): void {
    const before = this.#heard.get(device);
    if (before === undefined && this.#heard.size >= MOST_DEVICES) return;
    if (!agrees && before?.agrees && atMs - before.atMs < HEARD_WITHIN_MS) return;
    this.#heard.set(device, { agrees, atMs });
  }

  /**
   * True when at every look of the last hour some device agreed, and at least as many agreed as did not. To be called more
   * often than once in ten minutes.
   */
  look(atMs: number): boolean {
    let [agreeing, others] = [0, 0];
    for (const [device, heard] of this.#heard) {
      if (atMs - heard.atMs >= HEARD_WITHIN_MS) this.#heard.delete(device);
      else if (heard.agrees) agreeing++;
      else others++;
    }
    if (agreeing === 0 || agreeing < others) this.#sinceMs = null;
    else this.#sinceMs ??= atMs;
    return this.#sinceMs !== null && atMs - this.#sinceMs >= HOUR_MS;
  }
}
