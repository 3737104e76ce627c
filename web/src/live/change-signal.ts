// Tells listeners that something changed. They read for themselves what changed.

export class ChangeSignal {
  readonly #listeners = new Set<() => void>();

  /** @returns a function that ends the subscription */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
