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

  test('deletes changes of the outbox after a week, and who was told of them after 400 days', async () => {
    const { db, repository, rows } = await start();
    const alert = alertRecord();
    const [young, old] = [notice(alert.id, 6), notice(alert.id, 8)];
    await repository.save({ alerts: [alert], evaluations: [], notifications: [young, old] }, null);
    await db.updateTable('notifications').set({ state: 'delivered' }).execute();
    const told = (days: number) => {
      const at = NOW_MS - days * DAY_MS;
      const common = { id: randomUUID(), channel: 'email', contact: 'a@b.example', group_key: '', created_at: at };
      const message = { ...common, kind: 'first', is_critical: 1, state: 'sent', attempts: 1, due_at: at } as const;
      const item = {
        ...common,
        id: randomUUID(),
        idempotency_key: `${days}`,
        alert_id: alert.id,
        raise: 1,
        kind: 'raised',
      } as const;
      return {
        message,
        item: { ...item, severity: 'critical', payload: '{}', due_at: at, message_id: message.id } as const,
      };
    };
    const [kept, gone] = [told(399), told(401)];
    await db.insertInto('notification_messages').values([kept.message, gone.message]).execute();
    await db.insertInto('notification_items').values([kept.item, gone.item]).execute();
    await rows.deleteExpired(NOW_MS, RETENTION);
    const left = async (table: 'notifications' | 'notification_items' | 'notification_messages') =>
      (await db.selectFrom(table).select('id').execute()).map(({ id }) => id);
    expect(await left('notifications')).toEqual([young.id]);
    expect(await left('notification_items')).toEqual([kept.item.id]);
    expect(await left('notification_messages')).toEqual([kept.message.id]);
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
