// The server's time, from the Date header of its replies: ages and chart edges stay right on a tablet whose clock is wrong.

/** The header counts whole seconds; a smaller difference is no difference. */
const TOLERANCE_MS = 2_000;

export class ServerClock {
  #offsetMs = 0;

  /** `serverMs` is the start of the second in which the server answered. */
  observe(serverMs: number): void {
    const offsetMs = serverMs + 500 - Date.now();
    this.#offsetMs = Math.abs(offsetMs) < TOLERANCE_MS ? 0 : offsetMs;
  }

  readonly now = (): number => Date.now() + this.#offsetMs;
}
