// Remembers how machines ran: reading hundreds of them takes the store of one computer seconds, and several people read one report.

/** Of a shift that is over, into which late readings may come; and of one that is not. */
const OVER_FOR_MS = 600_000;
const PRESENT_FOR_MS = 60_000;
const MOST = 50;

export class RecentRuns<Runs> {
  readonly #known = new Map<string, { readonly untilMs: number; readonly runs: Promise<Runs> }>();

  /** What `read` returned before under the same key, or returns now; what rejects is not remembered. */
  get(key: string, isOver: boolean, nowMs: number, read: () => Promise<Runs>): Promise<Runs> {
    const known = this.#known.get(key);
    if (known !== undefined && nowMs < known.untilMs) return known.runs;
    const runs = read();
    this.#known.delete(key);
    this.#known.set(key, { untilMs: nowMs + (isOver ? OVER_FOR_MS : PRESENT_FOR_MS), runs });
    runs.catch(() => {
      if (this.#known.get(key)?.runs === runs) this.#known.delete(key);
    });
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST && oldest !== undefined) this.#known.delete(oldest);
    return runs;
  }
}
