// Changes of alerts while the database stores nothing: bounded, in order, and stored once when it is back.

import { expect, onTestFinished, test, vi } from 'vitest';
import { alertRecord } from '../../../test/conformance/alert-record.ts';
import { openSqlite } from '../../../test/conformance/open-sql.ts';
import { AppError } from '../../errors.ts';
import type { DomainEvent } from '../../events/domain-events.ts';
import { LocalEventBus } from '../../events/local-event-bus.ts';
import { silentLogger } from '../../log.ts';
import { AlertWriter } from './alert-writer.ts';
import { SqlAlertRepository } from './sql-alert-repository.ts';

/** The real repository with faults: it rejects, does not answer, or its answer is lost. */
class FaultyRepository extends SqlAlertRepository {
  fault: 'none' | 'rejects' | 'silent' | 'answer lost' | 'rejects after one' = 'none';
  attempts = 0;

  override async save(...changes: Parameters<SqlAlertRepository['save']>): Promise<void> {
    this.attempts++;
    if (this.fault === 'rejects' || (this.fault === 'rejects after one' && this.attempts > 1))
      throw new AppError('store_unavailable');
    if (this.fault === 'silent') await new Promise(() => {});
    await super.save(...changes);
    if (this.fault === 'answer lost') throw new AppError('store_unavailable');
  }
}

async function openWriter() {
  const database = await openSqlite();
  const repository = new FaultyRepository(database);
  const bus = new LocalEventBus(silentLogger);
  const published: DomainEvent[] = [];
  bus.subscribe((event) => published.push(event));
  const writer = new AlertWriter({
    ...{ repository, bus, clock: { nowMs: () => 1 }, machines: new Map(), log: silentLogger },
    term: { epoch: null, deposed: () => {} },
  });
  onTestFinished(() => writer.stop());
  return {
    ...{ writer, repository },
    announced: () => published.flatMap((event) => (event.kind === 'alerts' ? event.alerts : [])),
    notifications: () => database.db.selectFrom('notifications').select(['id', 'alert_id', 'kind']).execute(),
  };
}

test('past a bound only the newest change of each alert is stored, in order, and no notification is lost', async () => {
  const { writer, repository, announced, notifications } = await openWriter();
  repository.fault = 'rejects';
  const alerts = Array.from({ length: 40 }, () => alertRecord());
  let seq = 0;
  const ROUNDS = 600;
  for (let round = 0; round < ROUNDS; round++) {
    for (const alert of alerts) {
      writer.enqueue({ ...alert, seq: ++seq, readingCount: round }, round === 0 ? 'raised' : null);
    }
  }
  await vi.waitFor(() => expect(repository.attempts).toBeGreaterThan(1));
  repository.fault = 'none';
  await writer.whenIdle();
  const seen = announced();
  expect(seen.length).toBeLessThanOrEqual(10_000);
  expect(seen.map((alert) => alert.seq)).toEqual([...new Set(seen.map((alert) => alert.seq))].sort((a, b) => a - b));
  const newest = new Map(seen.map((alert) => [alert.id, alert.readingCount]));
  expect([...newest.values()]).toEqual(alerts.map(() => ROUNDS - 1));
  expect((await notifications()).map((each) => each.alert_id).sort()).toEqual(alerts.map((alert) => alert.id).sort());
}, 60_000);

test('a save whose answer was lost is repeated, and notifies once', async () => {
  const { writer, repository, announced, notifications } = await openWriter();
  repository.fault = 'answer lost';
  writer.enqueue(alertRecord({ seq: 1 }), 'raised');
  await vi.waitFor(() => expect(repository.attempts).toBeGreaterThan(1));
  repository.fault = 'none';
  await writer.whenIdle();
  expect(await notifications()).toHaveLength(1);
  expect(announced()).toHaveLength(1);
});

test('a stop waits a limited time for a database that does not answer', async () => {
  const { writer, repository } = await openWriter();
  repository.fault = 'silent';
  writer.enqueue(alertRecord({ seq: 1 }), 'raised');
  await vi.waitFor(() => expect(repository.attempts).toBe(1));
  const started = performance.now();
  await writer.stop();
  expect(performance.now() - started).toBeLessThan(5_000);
  await writer.stop();
});

test('the evaluation state of a machine is not stored before the changes of its alerts', async () => {
  const { writer, repository } = await openWriter();
  repository.fault = 'rejects after one';
  const alerts = Array.from({ length: 40 }, (_, i) => alertRecord({ seq: i + 1, machineId: `machine-${i}` }));
  for (const alert of alerts) {
    const evaluation = { machineId: alert.machineId as string, metric: 'temperature' as const, state: '{}' };
    writer.enqueueEvaluation(evaluation.machineId, evaluation.metric, () => evaluation);
    writer.enqueue(alert, 'raised');
  }
  await vi.waitFor(() => expect(repository.attempts).toBeGreaterThan(1));
  const stored = (await repository.open()).map((alert) => alert.machineId);
  expect(stored.length).toBeGreaterThan(0);
  expect(stored.length).toBeLessThan(alerts.length);
  expect((await repository.evaluations()).map((each) => each.machineId).sort()).toEqual(stored.sort());
  repository.fault = 'none';
  await writer.whenIdle();
  expect(await repository.evaluations()).toHaveLength(alerts.length);
});

test('the writer is behind while a change cannot be stored for seconds', async () => {
  const { writer, repository } = await openWriter();
  writer.enqueue(alertRecord({ seq: 1 }), 'raised');
  expect(writer.isBehind).toBe(false);
  await writer.whenIdle();
  repository.fault = 'rejects';
  writer.enqueue(alertRecord({ seq: 2 }), 'raised');
  await vi.waitFor(() => expect(writer.isBehind).toBe(true));
  repository.fault = 'none';
  await writer.whenIdle();
  expect(writer.isBehind).toBe(false);
}, 20_000);
