// What is kept of many senders within one bound: the oldest of the sender with the most goes first, so that a chatty sender pushes out no other.

interface Share<T> {
  /** With their sizes, oldest first. */
  readonly items: Map<T, number>;
  size: number;
}

/** Sizes are in whatever unit the owner counts: entries or bytes. */
export class FairShares<T> {
  readonly #shares = new Map<string, Share<T>>();
  #size = 0;

  /** Of all senders. */
  get size(): number {
    return this.#size;
  }

  senders(): Iterable<string> {
    return this.#shares.keys();
  }

  has(sender: string, item: T): boolean {
    return this.#shares.get(sender)?.items.has(item) ?? false;
  }

  /** Oldest first. */
  itemsOf(sender: string): Iterable<T> {
    return this.#shares.get(sender)?.items.keys() ?? [];
  }

  /** Adds an item as the newest of its sender, or sets the size of one that is there. */
  set(sender: string, item: T, size: number): void {
    let share = this.#shares.get(sender);
    if (share === undefined) {
      share = { items: new Map(), size: 0 };
      this.#shares.set(sender, share);
    }
    const added = size - (share.items.get(item) ?? 0);
    share.items.set(item, size);
    share.size += added;
    this.#size += added;
  }

  delete(sender: string, item: T): void {
    const share = this.#shares.get(sender);
    const size = share?.items.get(item);
    if (share === undefined || size === undefined) return;
    share.items.delete(item);
    share.size -= size;
    this.#size -= size;
    if (share.items.size === 0) this.#shares.delete(sender);
  }

  /**
   * Removes the oldest item of the sender with the most. Of senders with equally much, that is the one that comes first in the list,
   * which has sent for longest. undefined where nothing is left.
   */
  removeOldestOfLargest(): T | undefined {
    let largest: { sender: string; share: Share<T> } | null = null;
    for (const [sender, share] of this.#shares) {
      if (largest === null || share.size > largest.share.size) largest = { sender, share };
    }
    if (largest === null) return undefined;
    const [oldest] = largest.share.items.keys();
    this.delete(largest.sender, oldest as T);
    return oldest;
  }
}
