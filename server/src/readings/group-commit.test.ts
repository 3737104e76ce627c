import { beforeEach, describe, expect, it } from 'vitest';
import { ProcessMetrics } from '../process-metrics.ts';
import { GroupCommit } from './group-commit.ts';
import { BatchBuilder, GOOD, type ReadingBatch } from './reading-batch.ts';
import type { ReadingStore } from './reading-store.ts';
import type { RefusedReadings } from './refused-readings.ts';

/** A store whose commits end when the test says so. Group commit uses only `append`. */
class HeldStore {
  readonly appended: ReadingBatch[] = [];
  readonly #held: { resolve: (refused: readonly RefusedReadings[]) => void; reject: (error: Error) => void }[] = [];

  append(batch: ReadingBatch): Promise<readonly RefusedReadings[]> {
    this.appended.push(batch);
    return new Promise((resolve, reject) => this.#held.push({ resolve, reject }));
  }

  async next(failure?: Error, refused: readonly RefusedReadings[] = []): Promise<void> {
    while (this.#held.length === 0) await Promise.resolve();
    const held = this.#held.shift();
    if (failure) held?.reject(failure);
    else held?.resolve(refused);
  }
}

const batch = (length: number, id = 'a') => {
  const builder = new BatchBuilder();
  for (let i = 0; i < length; i++) {
    builder.addValue(0, i, GOOD);
    builder.endReading(id, i);
  }
  return builder.finish();
};

describe('the group commit', () => {
  let store: HeldStore;
  let metrics: ProcessMetrics;
  const make = (maxPendingReadings: number) =>
    new GroupCommit(store as unknown as ReadingStore, metrics, { maxPendingReadings });

  beforeEach(() => {
    store = new HeldStore();
    metrics = new ProcessMetrics();
  });

  it('resolves each batch with its own refused readings, and does not announce them', async () => {
    const commit = make(1000);
    const announced: ReadingBatch[] = [];
    commit.onCommitted((stored) => announced.push(stored));
    const [first, second, third] = [
      commit.append(batch(2, 'a')),
      commit.append(batch(3, 'b')),
      commit.append(batch(1)),
    ];
    const why = { reason: 'too_old', message: 'beyond retention policy' } as const;
    const other = { reason: 'store_conflict', message: 'is a text' } as const;
    await store.next(undefined, [
      { rows: [1, 2, 4], ...why },
      { rows: [3], ...other },
    ]);
    expect(await first).toEqual([{ rows: [1], ...why }]);
    expect(await second).toEqual([
      { rows: [0, 2], ...why },
      { rows: [1], ...other },
    ]);
    expect(await third).toEqual([]);
    expect(announced.map(({ machineIds }) => machineIds)).toEqual([['a', 'a']]);
    expect([...(announced[0]?.timestampsMs ?? [])]).toEqual([0, 0]);
  });

  it('commits together the batches that arrived during the previous commit', async () => {
    const commit = make(1000);
    const first = commit.append(batch(1));
    await Promise.resolve();
    const others = [commit.append(batch(2)), commit.append(batch(3))];
    await store.next();
    await first;
    await store.next();
    await Promise.all(others);
    expect(store.appended.map((each) => each.length)).toEqual([1, 5]);
  });

  it('commits in the order of arrival', async () => {
    const commit = make(1000);
    const all = [commit.append(batch(1, 'a')), commit.append(batch(1, 'b')), commit.append(batch(1, 'c'))];
    await store.next();
    await Promise.all(all);
    expect(store.appended.flatMap((each) => each.machineIds)).toEqual(['a', 'b', 'c']);
  });

  it('does not call the store for an empty batch', async () => {
    await make(10).append(batch(0));
    expect(store.appended).toEqual([]);
  });

  it('rejects with busy if too many readings wait, and signals when there is room', async () => {
    const commit = make(10);
    const waiting = commit.append(batch(10));
    await expect(commit.append(batch(1))).rejects.toMatchObject({ code: 'busy', retryAfterSeconds: 1 });
    let hasRoom = false;
    const room = commit.room().then(() => {
      hasRoom = true;
    });
    await Promise.resolve();
    expect(hasRoom).toBe(false);
    await store.next();
    await waiting;
    await room;
    await commit.room();
    const next = commit.append(batch(1));
    await store.next();
    await next;
  });

  it('accepts a batch above its bound if nothing else waits', async () => {
    const commit = make(10);
    const large = commit.append(batch(25));
    await store.next();
    await large;
    expect(store.appended[0]?.length).toBe(25);
  });

  it('splits waiting batches into commits of bounded size', async () => {
    const commit = make(200_000);
    const all = [commit.append(batch(40_000)), commit.append(batch(40_000)), commit.append(batch(5000))];
    await store.next();
    await store.next();
    await Promise.all(all);
    expect(store.appended.map((each) => each.length)).toEqual([40_000, 45_000]);
  });

  it('rejects every batch of a failed commit, announces none of them, and continues', async () => {
    const commit = make(1000);
    const announced: number[] = [];
    commit.onCommitted((stored) => announced.push(stored.length));
    const failed = Promise.allSettled([commit.append(batch(1)), commit.append(batch(2))]);
    await store.next(new Error('disk full'));
    for (const result of await failed) {
      expect(result).toMatchObject({
        status: 'rejected',
        reason: { code: 'store_unavailable', retryAfterSeconds: expect.any(Number) },
      });
    }
    const next = commit.append(batch(4));
    await store.next();
    await next;
    expect(announced).toEqual([4]);
  });

  it('announces stored readings before the promise of their batch resolves', async () => {
    const commit = make(1000);
    const order: string[] = [];
    commit.onCommitted(() => order.push('announced'));
    const appended = commit.append(batch(1)).then(() => order.push('resolved'));
    await store.next();
    await appended;
    expect(order).toEqual(['announced', 'resolved']);
  });

  it('finishes accepted batches before it closes, and refuses new ones', async () => {
    const commit = make(1000);
    const taken = commit.append(batch(1));
    const closed = commit.close();
    await expect(commit.append(batch(1))).rejects.toMatchObject({ code: 'closed' });
    await store.next();
    await closed;
    await taken;
    await commit.close();
  });

  it('counts waiting and committed readings', async () => {
    const commit = make(1000);
    const appended = commit.append(batch(7));
    expect((await metrics.pendingReadings.get()).values[0]?.value).toBe(7);
    await store.next();
    await appended;
    expect((await metrics.pendingReadings.get()).values[0]?.value).toBe(0);
    expect((await metrics.commitReadings.get()).values.find((each) => each.metricName?.endsWith('_sum'))?.value).toBe(
      7,
    );
  });
});
