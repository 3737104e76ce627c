import { setImmediate as nextTurn } from 'node:timers/promises';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { silentLogger } from '../../log.ts';
import { EMPTY_BATCH } from '../../readings/reading-batch.ts';
import { arrivedReadings } from './arrived-readings.ts';
import { EvaluationQueue } from './evaluation-queue.ts';

/** Each row is a step. Returns the queue and what was evaluated: the length of the batch and the row. */
function openQueue(log = silentLogger, failingLength = -1) {
  const done: string[] = [];
  let length = 0;
  let next = 0;
  const queue = new EvaluationQueue(
    {
      startBatch: (batch) => {
        length = batch.length;
        next = 0;
      },
      continueBatch: (maxSteps) => {
        if (length === failingLength) throw new Error('broken');
        let steps = 0;
        while (next < length) {
          done.push(`${length}:${next++}`);
          if (++steps >= maxSteps) break;
        }
        if (next === length) done.push(`end of ${length}`);
        return steps;
      },
      get isBatchDone() {
        return next === length;
      },
    },
    log,
  );
  return { queue, done };
}
const batch = (length: number) => ({ ...arrivedReadings(EMPTY_BATCH, 0), length });
const rowsOf = (length: number) => [...Array.from({ length }, (_, row) => `${length}:${row}`), `end of ${length}`];

test('a batch with little to do is evaluated before the call returns', async () => {
  const { queue, done } = openQueue();
  queue.add(batch(3));
  queue.add(batch(2));
  expect(done).toEqual([...rowsOf(3), ...rowsOf(2)]);
  expect(queue.isIdle).toBe(true);
  await queue.whenIdle();
});

test('a batch with much to do takes several turns of the event loop, and later batches wait behind it', async () => {
  const { queue, done } = openQueue();
  queue.add(batch(1000));
  const atOnce = done.length;
  expect(atOnce).toBeLessThan(500);
  queue.add(batch(2));
  await nextTurn();
  expect(done.length).toBeGreaterThan(atOnce);
  expect(done.length).toBeLessThan(1000);
  expect(queue.isIdle).toBe(false);
  await queue.whenIdle();
  expect(done).toEqual([...rowsOf(1000), ...rowsOf(2)]);
});

test('past the bound the oldest batch is evaluated at once, the rest in turns', async () => {
  const { queue, done } = openQueue();
  queue.add(batch(150_000));
  queue.add(batch(100_000));
  expect(done).toHaveLength(150_001);
  expect(queue.isIdle).toBe(false);
  queue.clear();
});

test('a batch whose evaluation fails is logged, and the next one is evaluated', async () => {
  const lines: string[] = [];
  const { queue, done } = openQueue(pino({}, { write: (line: string) => lines.push(line) }), 7);
  queue.add(batch(7));
  queue.add(batch(2));
  expect(done).toEqual(rowsOf(2));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('broken');
});

test('after clear nothing more is evaluated, and those who wait for it continue', async () => {
  const { queue, done } = openQueue();
  queue.add(batch(1000));
  const atOnce = done.length;
  const waiting = queue.whenIdle();
  queue.clear();
  await waiting;
  await nextTurn();
  expect(done).toHaveLength(atOnce);
  expect(queue.isIdle).toBe(true);
});
