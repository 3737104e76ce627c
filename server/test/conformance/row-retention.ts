// Row retention on every SQL engine: only old rows are deleted, in small batches, and never the newest change.

import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { SqlAlertRepository } from '../../src/alerts/store/sql-alert-repository.ts';
import type { Database } from '../../src/database/database.ts';
import { RowRetention } from '../../src/database/row-retention.ts';
import { silentLogger } from '../../src/log.ts';
import { alertRecord } from './alert-record.ts';
import type { OpenDatabase } from './open-sql.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW_MS = Date.UTC(2026, 0, 15);
const RETENTION = { '1h': 1825 };

export function rowRetentionSuite(open: OpenDatabase): void {
  const start = async () => {
    const database = await open();
    return {
      ...database,
      repository: new SqlAlertRepository(database),
      rows: new RowRetention({ database, log: silentLogger }),
    };
  };
  const closed = (days: number, updatedDays = days) =>
    alertRecord({
      state: 'closed',
      raisedAtMs: NOW_MS - days * DAY_MS,
      updatedAtMs: NOW_MS - updatedDays * DAY_MS,
    });
  const notice = (alertId: string, days: number) => ({
    id: randomUUID(),
    alertId,
    kind: 'alert.raised',
    payload: '{}',
    createdAtMs: NOW_MS - days * DAY_MS,
  });

  test('deletes alerts that were closed longer ago than hourly rollups are kept, with their raises and notifications', async () => {
    const { db, repository, rows } = await start();
    const old = Array.from({ length: 350 }, () => closed(1826));
    const kept = [closed(1824), closed(2000, 10), alertRecord({ raisedAtMs: NOW_MS - 3000 * DAY_MS, updatedAtMs: 0 })];
    const notifications = [old[0], kept[0]].map((alert) => notice(alert?.id as string, 1));
    await repository.save({ alerts: [...old, ...kept], evaluations: [], notifications }, null);
    await rows.deleteExpired(NOW_MS, RETENTION);
    const left = await db.selectFrom('alerts').select('id').orderBy('seq').execute();
    expect(left.map(({ id }) => id)).toEqual(kept.map(({ id }) => id));
    expect(await db.selectFrom('notifications').select('alert_id').execute()).toEqual([{ alert_id: kept[0]?.id }]);
    expect(await db.selectFrom('alert_raises').select('alert_id').execute()).toHaveLength(kept.length);
  });

  test('keeps the newest change, so that change numbers continue', async () => {
    const { repository, rows } = await start();
    const [first, last] = [closed(4000), closed(3000)];
    await repository.save({ alerts: [first, last], evaluations: [], notifications: [] }, null);
    await rows.deleteExpired(NOW_MS, RETENTION);
    expect([await repository.byId(first.id), await repository.lastSeq()]).toEqual([null, last.seq]);
  });

  test('deletes notifications that were not delivered within a week, or were delivered long ago', async () => {
    const { db, repository, rows } = await start();
    const alert = alertRecord();
    const [young, stale, told, longTold] = [6, 8, 8, 91].map((days) => notice(alert.id, days));
    const notifications = [young, stale, told, longTold] as ReturnType<typeof notice>[];
    await repository.save({ alerts: [alert], evaluations: [], notifications }, null);
    const delivered = [told?.id, longTold?.id] as string[];
    await db.updateTable('notifications').set({ state: 'delivered' }).where('id', 'in', delivered).execute();
    await rows.deleteExpired(NOW_MS, RETENTION);
    const left = await db.selectFrom('notifications').select('id').orderBy('created_at', 'desc').execute();
    expect(left.map(({ id }) => id).sort()).toEqual([young?.id, told?.id].sort());
  });

  test('runs at most once an hour, also after the clock was set back', async () => {
    const { db, repository, rows } = await start();
    const alert = alertRecord();
    const count = async () => (await db.selectFrom('notifications').select('id').execute()).length;
    await rows.deleteExpired(NOW_MS, RETENTION);
    await repository.save({ alerts: [alert], evaluations: [], notifications: [notice(alert.id, 8)] }, null);
    await rows.deleteExpired(NOW_MS + HOUR_MS - 1, RETENTION);
    expect(await count()).toBe(1);
    await rows.deleteExpired(NOW_MS - HOUR_MS, RETENTION);
    expect(await count()).toBe(0);
  });

  const addNodes = async ({ db }: Pick<Database, 'db'>) => {
    const seen = (days: number) => ({
      id: `${days}`,
      host: 'h',
      client_id: null,
      is_running: 1,
      seen_at: Date.now() - days * DAY_MS,
    });
    await db
      .insertInto('nodes')
      .values([seen(0), seen(89), seen(91)])
      .execute();
  };

  test('deletes nodes that have been silent for three months', async () => {
    const { rows, ...database } = await start();
    await addNodes(database);
    await rows.deleteExpired(Date.now(), RETENTION);
    const left = await database.db.selectFrom('nodes').select('id').orderBy('id').execute();
    expect(left.map(({ id }) => id)).toEqual(['0', '89']);
  });

  test('deletes no nodes if the clock of the database differs from ours', async () => {
    const { rows, ...database } = await start();
    await addNodes(database);
    await rows.deleteExpired(Date.now() + 2 * HOUR_MS, RETENTION);
    expect(await database.db.selectFrom('nodes').select('id').execute()).toHaveLength(3);
  });

  test('deletes nothing while the clock may be wrong, and everything at once afterwards', async () => {
    const { db, repository, rows } = await start();
    const [old, newest] = [closed(4000), alertRecord()];
    await repository.save({ alerts: [old, newest], evaluations: [], notifications: [notice(newest.id, 91)] }, null);
    const count = async () => [
      (await db.selectFrom('alerts').select('id').execute()).length,
      (await db.selectFrom('notifications').select('id').execute()).length,
    ];
    await rows.deleteExpired(NOW_MS, null);
    expect(await count()).toEqual([2, 1]);
    await rows.deleteExpired(NOW_MS, RETENTION);
    expect(await count()).toEqual([1, 0]);
  });
}
