import { setImmediate as nextTurn } from 'node:timers/promises';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { silentLogger } from '../../log.ts';
import { EMPTY_COLUMNS } from '../../readings/reading-columns.ts';
import { arrivedReadings } from './arrived-readings.ts';
import { EvaluationQueue } from './evaluation-queue.ts';

/** Evaluates so many rows as a batch is long, each of them a step, and notes what it did: its batch and its row. */
function evaluation(log = silentLogger, failingLength = -1) {
  const done: string[] = [];
  let length = 0;
  let next = 0;
  const paced = new EvaluationQueue(
    {
      begin: (batch) => {
        length = batch.length;
        next = 0;
      },
      goOn: (hasTime) => {
        if (length === failingLength) throw new Error('broken');
        while (next < length) {
          done.push(`${length}:${next++}`);
          paced.step();
          if (!hasTime()) break;
        }
        return next === length;
      },
      end: () => done.push(`end of ${length}`),
    },
    log,
  );
  return { paced, done };
}
const batch = (length: number) => ({ ...arrivedReadings(EMPTY_COLUMNS, 0), length });
const rowsOf = (length: number) => [...Array.from({ length }, (_, row) => `${length}:${row}`), `end of ${length}`];

test('little work is done before the call returns', async () => {
  const { paced, done } = evaluation();
  paced.evaluate(batch(3));
  paced.evaluate(batch(2));
  expect(done).toEqual([...rowsOf(3), ...rowsOf(2)]);
  expect(paced.isIdle).toBe(true);
  await paced.done();
});

test('much of it takes several turns of the event loop, in order, and what comes meanwhile waits behind it', async () => {
  const { paced, done } = evaluation();
  paced.evaluate(batch(1000));
  const atOnce = done.length;
  expect(atOnce).toBeLessThan(500);
  paced.evaluate(batch(2));
  await nextTurn();
  expect(done.length).toBeGreaterThan(atOnce);
  expect(done.length).toBeLessThan(1000);
  expect(paced.isIdle).toBe(false);
  await paced.done();
  expect(done).toEqual([...rowsOf(1000), ...rowsOf(2)]);
});

test('past the bound the oldest is evaluated at once, the rest in turns', async () => {
  const { paced, done } = evaluation();
  paced.evaluate(batch(150_000));
  paced.evaluate(batch(100_000));
  expect(done).toHaveLength(150_001);
  expect(paced.isIdle).toBe(false);
  paced.abandon();
});

test('a batch that cannot be evaluated is logged, and the next one is evaluated', async () => {
  const lines: string[] = [];
  const { paced, done } = evaluation(pino({}, { write: (line: string) => lines.push(line) }), 7);
  paced.evaluate(batch(7));
  paced.evaluate(batch(2));
  expect(done).toEqual(rowsOf(2));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('broken');
});

test('abandoned, it does nothing more and lets go who waits for it', async () => {
  const { paced, done } = evaluation();
  paced.evaluate(batch(1000));
  const atOnce = done.length;
  const waiting = paced.done();
  paced.abandon();
  await waiting;
  await nextTurn();
  expect(done).toHaveLength(atOnce);
  expect(paced.isIdle).toBe(true);
});
