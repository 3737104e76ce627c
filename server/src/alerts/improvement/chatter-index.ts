// The chatter index of Kondaveeti, Izadi, Shah, Shook, Kadali, Chen: "Quantification of alarm chatter based on run length
// distributions", Chemical Engineering Research and Design 91 (2013).

const MS_PER_SECOND = 1000;

/** Collects the raises of one condition in the order of time. */
export class ChatterIndex {
  #lastMs = Number.NaN;
  #runs = 0;
  #sum = 0;

  add(raisedMs: number): void {
    if (!Number.isNaN(this.#lastMs)) {
      // A run length is counted in whole seconds, and at least one.
      const seconds = Math.max(1, Math.round((raisedMs - this.#lastMs) / MS_PER_SECOND));
      this.#runs++;
      this.#sum += 1 / seconds;
    }
    this.#lastMs = raisedMs;
  }

  /** The mean of 1 / seconds from one raise to the next: from 0, which is no chatter, to 1, a raise each second. */
  get value(): number {
    return this.#runs === 0 ? 0 : this.#sum / this.#runs;
  }
}
