// One frame of a lane under way at a time: the next is sent only after the client took it.

export class FrameWindow {
  #awaitedId: number | null = null;
  #waitedTicks = 0;

  get open(): boolean {
    return this.#awaitedId === null;
  }

  /** For how long the frame under way has not been acknowledged. */
  get waitedTicks(): number {
    return this.#waitedTicks;
  }

  await(id: number): void {
    this.#awaitedId = id;
    this.#waitedTicks = 0;
  }

  settle(id: number): void {
    if (id !== this.#awaitedId) return;
    this.#awaitedId = null;
    this.#waitedTicks = 0;
  }

  onTick(): void {
    if (this.#awaitedId !== null) this.#waitedTicks++;
  }
}
