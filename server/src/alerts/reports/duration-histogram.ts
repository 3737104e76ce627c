// Quantiles of any number of durations in bounded memory. Buckets grow by 2 %, so that the error is at most 1 %.

const STEP = Math.log(1.02);

export class DurationHistogram {
  readonly #counts = new Map<number, number>();
  #total = 0;

  /** `durationMs` of 0 and more. */
  add(durationMs: number): void {
    const bucket = Math.floor(Math.log1p(durationMs) / STEP);
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + 1);
    this.#total++;
  }

  /** `quantile` from 0 to 1. null where nothing was added. */
  quantileSeconds(quantile: number): number | null {
    if (this.#total === 0) return null;
    const rank = Math.max(1, Math.ceil(quantile * this.#total));
    let passed = 0;
    let answer = 0;
    for (const bucket of [...this.#counts.keys()].sort((a, b) => a - b)) {
      answer = bucket;
      passed += this.#counts.get(bucket) as number;
      if (passed >= rank) break;
    }
    return Math.expm1((answer + 0.5) * STEP) / 1000;
  }
}
