// Flow control of a lane: the next frame is sent only after the client has acknowledged the last one.

export class FrameWindow {
  #awaitedId: number | null = null;
  #waitedTicks = 0;

  get open(): boolean {
    return this.#awaitedId === null;
  }

  /** For how many ticks the last frame has not been acknowledged. */
  get waitedTicks(): number {
    return this.#waitedTicks;
  }

  await(id: number): void {
    this.#awaitedId = id;
    this.#waitedTicks = 0;
  }

  acknowledge(id: number): void {
    if (id !== this.#awaitedId) return;
    this.#awaitedId = null;
    this.#waitedTicks = 0;
  }

  onTick(): void {
    if (this.#awaitedId !== null) this.#waitedTicks++;
  }
}
