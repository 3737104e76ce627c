// Tells listeners of one of many keys that it changed; listeners of other keys are not called.

export class KeyedSignal {
  readonly #watchers = new Map<string, Set<() => void>>();

  /** @returns a function that ends the watch */
  watch(key: string, listener: () => void): () => void {
    const watchers = this.#watchers.get(key);
    if (watchers) watchers.add(listener);
    else this.#watchers.set(key, new Set([listener]));
    return () => {
      const left = this.#watchers.get(key);
      left?.delete(listener);
      if (left?.size === 0) this.#watchers.delete(key);
    };
  }

  /** Costs what is watched, however many changed. */
  tell(keys: ReadonlySet<string>): void {
    if (keys.size < this.#watchers.size) {
      for (const key of keys) this.#tellOf(key);
      return;
    }
    for (const key of [...this.#watchers.keys()]) if (keys.has(key)) this.#tellOf(key);
  }

  #tellOf(key: string): void {
    for (const listener of [...(this.#watchers.get(key) ?? [])]) listener();
  }
}
