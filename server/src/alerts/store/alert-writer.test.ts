// What waits for a store of alerts that takes nothing: bounded, in order, and stored once when it is back.

import { expect, onTestFinished, test, vi } from 'vitest';
import { alertRecord } from '../../../test/conformance/alert-record.ts';
import { openSqlite } from '../../../test/conformance/open-sql.ts';
import { AppError } from '../../errors.ts';
import type { LiveEvent } from '../../events/event-bus.ts';
import { LocalEventBus } from '../../events/local-event-bus.ts';
import { silentLogger } from '../../log.ts';
import { AlertWriter } from './alert-writer.ts';
import { SqlAlertRepository } from './sql-alert-repository.ts';

/** The real store; but it can be away, silent, or its answer can get lost. */
class FaultyRepository extends SqlAlertRepository {
  fault: 'none' | 'away' | 'silent' | 'answer lost' | 'away after one' = 'none';
  attempts = 0;

  override async save(...changes: Parameters<SqlAlertRepository['save']>): Promise<void> {
    this.attempts++;
    if (this.fault === 'away' || (this.fault === 'away after one' && this.attempts > 1))
      throw new AppError('store_unavailable');
    if (this.fault === 'silent') await new Promise(() => {});
    await super.save(...changes);
    if (this.fault === 'answer lost') throw new AppError('store_unavailable');
  }
}

async function openQueue() {
  const database = await openSqlite();
  const repository = new FaultyRepository(database);
  const bus = new LocalEventBus(silentLogger);
  const published: LiveEvent[] = [];
  bus.subscribe((event) => published.push(event));
  const queue = new AlertWriter({
    ...{ repository, bus, clock: { nowMs: () => 1 }, machines: new Map(), log: silentLogger },
    term: { epoch: null, deposed: () => {} },
  });
  onTestFinished(() => queue.stop());
  return {
    ...{ queue, repository },
    announced: () => published.flatMap((event) => (event.kind === 'alerts' ? event.alerts : [])),
    notifications: () => database.db.selectFrom('notifications').select(['id', 'alert_id', 'kind']).execute(),
  };
}

test('past a bound only the newest change of each alert waits, in order, and none that people must hear of is lost', async () => {
  const { queue, repository, announced, notifications } = await openQueue();
  repository.fault = 'away';
  const alerts = Array.from({ length: 40 }, () => alertRecord());
  let seq = 0;
  const ROUNDS = 600;
  for (let round = 0; round < ROUNDS; round++) {
    for (const alert of alerts) {
      queue.push({ ...alert, seq: ++seq, readingCount: round }, round === 0 ? 'raised' : null);
    }
  }
  await vi.waitFor(() => expect(repository.attempts).toBeGreaterThan(1));
  repository.fault = 'none';
  await queue.settled();
  const seen = announced();
  expect(seen.length).toBeLessThanOrEqual(10_000);
  expect(seen.map((alert) => alert.seq)).toEqual([...new Set(seen.map((alert) => alert.seq))].sort((a, b) => a - b));
  const newest = new Map(seen.map((alert) => [alert.id, alert.readingCount]));
  expect([...newest.values()]).toEqual(alerts.map(() => ROUNDS - 1));
  expect((await notifications()).map((each) => each.alert_id).sort()).toEqual(alerts.map((alert) => alert.id).sort());
}, 60_000);

test('a save whose answer was lost is made again, and tells people once', async () => {
  const { queue, repository, announced, notifications } = await openQueue();
  repository.fault = 'answer lost';
  queue.push(alertRecord({ seq: 1 }), 'raised');
  await vi.waitFor(() => expect(repository.attempts).toBeGreaterThan(1));
  repository.fault = 'none';
  await queue.settled();
  expect(await notifications()).toHaveLength(1);
  expect(announced()).toHaveLength(1);
});

test('a stop waits for a store that does not answer, but not for ever', async () => {
  const { queue, repository } = await openQueue();
  repository.fault = 'silent';
  queue.push(alertRecord({ seq: 1 }), 'raised');
  await vi.waitFor(() => expect(repository.attempts).toBe(1));
  const started = performance.now();
  await queue.stop();
  expect(performance.now() - started).toBeLessThan(5_000);
  await queue.stop();
});

test('how far a machine was evaluated is not stored before what was found there', async () => {
  const { queue, repository } = await openQueue();
  repository.fault = 'away after one';
  const alerts = Array.from({ length: 40 }, (_, i) => alertRecord({ seq: i + 1, machineId: `machine-${i}` }));
  for (const alert of alerts) {
    const evaluation = { machineId: alert.machineId as string, metric: 'temperature' as const, state: '{}' };
    queue.noteEvaluation(`${alert.machineId} temperature`, () => evaluation);
    queue.push(alert, 'raised');
  }
  await vi.waitFor(() => expect(repository.attempts).toBeGreaterThan(1));
  const stored = (await repository.open()).map((alert) => alert.machineId);
  expect(stored.length).toBeGreaterThan(0);
  expect(stored.length).toBeLessThan(alerts.length);
  expect((await repository.evaluations()).map((each) => each.machineId).sort()).toEqual(stored.sort());
  repository.fault = 'none';
  await queue.settled();
  expect(await repository.evaluations()).toHaveLength(alerts.length);
});

test('a change that cannot be stored for seconds is told, so that nobody takes what it stands for as done', async () => {
  const { queue, repository } = await openQueue();
  queue.push(alertRecord({ seq: 1 }), 'raised');
  expect(queue.isBehind).toBe(false);
  await queue.settled();
  repository.fault = 'away';
  queue.push(alertRecord({ seq: 2 }), 'raised');
  await vi.waitFor(() => expect(queue.isBehind).toBe(true));
  repository.fault = 'none';
  await queue.settled();
  expect(queue.isBehind).toBe(false);
}, 20_000);
