// The files of refused messages, as an index in memory: what is in each, and which go first where there are too many.

import { FairShares } from '../fair-shares.ts';

/** Some consecutive messages of one sender, in one file. */
export interface Segment {
  /** See `shareOf`. */
  readonly share: string;
  readonly file: string;
  readonly firstMs: number;
  newestMs: number;
  bytes: number;
  messages: number;
  /** How many are of each stream, by its id. */
  readonly counts: Map<string, number>;
}

export class RefusedSegments {
  /** By bytes. */
  readonly #shares = new FairShares<Segment>();
  readonly #messagesOfShare = new Map<string, number>();
  readonly #messagesOfStream = new Map<string, number>();

  get bytes(): number {
    return this.#shares.size;
  }

  messagesOfStream(streamId: string): number {
    return this.#messagesOfStream.get(streamId) ?? 0;
  }

  messagesOfShare(share: string): number {
    return this.#messagesOfShare.get(share) ?? 0;
  }

  /** Those of each share, oldest first. */
  all(): Segment[] {
    return [...this.#shares.senders()].flatMap((share) => [...this.#shares.itemsOf(share)]);
  }

  has(segment: Segment): boolean {
    return this.#shares.has(segment.share, segment);
  }

  count(segment: Segment, streamId: string, arrivedMs: number): void {
    segment.messages++;
    segment.newestMs = Math.max(segment.newestMs, arrivedMs);
    addTo(segment.counts, streamId, 1);
    addTo(this.#messagesOfStream, streamId, 1);
    addTo(this.#messagesOfShare, segment.share, 1);
  }

  /** Counts none of its messages any more. */
  uncount(segment: Segment): void {
    for (const [streamId, count] of segment.counts) addTo(this.#messagesOfStream, streamId, -count);
    addTo(this.#messagesOfShare, segment.share, -segment.messages);
    segment.counts.clear();
    segment.messages = 0;
  }

  /** Lists the segment, as the newest of its share if it is new. */
  setBytes(segment: Segment, bytes: number): void {
    segment.bytes = bytes;
    this.#shares.set(segment.share, segment, bytes);
  }

  remove(segment: Segment): void {
    this.#shares.delete(segment.share, segment);
    this.uncount(segment);
  }

  /** Removes the oldest segments of shares with too many messages, and then of the largest shares. @returns them */
  removeOver(limits: { bytes: number; messages: number }): Segment[] {
    const removed: Segment[] = [];
    for (const share of [...this.#messagesOfShare.keys()]) {
      for (const segment of [...this.#shares.itemsOf(share)]) {
        if (this.messagesOfShare(share) <= limits.messages) break;
        this.remove(segment);
        removed.push(segment);
      }
    }
    while (this.#shares.size > limits.bytes) {
      const oldest = this.#shares.removeOldestOfLargest();
      if (oldest === undefined) break;
      this.uncount(oldest);
      removed.push(oldest);
    }
    return removed;
  }

  /** One stream has taken the place of another. */
  replaceStream(from: string, to: string): void {
    for (const counts of [this.#messagesOfStream, ...this.all().map((segment) => segment.counts)]) {
      const count = counts.get(from);
      if (count === undefined) continue;
      counts.delete(from);
      addTo(counts, to, count);
    }
  }
}

function addTo(counts: Map<string, number>, key: string, count: number): void {
  const sum = (counts.get(key) ?? 0) + count;
  if (sum === 0) counts.delete(key);
  else counts.set(key, sum);
}
