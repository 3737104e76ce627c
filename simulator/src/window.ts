// Limits the number of unacknowledged messages: the sender waits at the limit, and a stop waits for the last answer.

export class Window {
  readonly #limit: number;
  #underWay = 0;
  #waiting: (() => void)[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  get isFull(): boolean {
    return this.#underWay >= this.#limit;
  }

  /** Resolves when there is room. Senders wait in turn. */
  async enter(): Promise<void> {
    while (this.isFull) await this.#change();
    this.#underWay++;
  }

  leave(): void {
    this.#underWay--;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }

  /** Resolves when nothing is unacknowledged, or after `withinMs`. */
  async empty(withinMs: number): Promise<void> {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      for (const resume of this.#waiting) resume();
    }, withinMs);
    while (this.#underWay > 0 && !late) await this.#change();
    clearTimeout(timer);
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}
