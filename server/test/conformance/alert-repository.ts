// What every alert repository must do.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AlertQuery, AlertRecord } from '../../src/alerts/store/alert-repository.ts';
import { SqlAlertRepository } from '../../src/alerts/store/sql-alert-repository.ts';
import { encodeCursor } from '../../src/database/cursor.ts';
import { alertRecord } from './alert-record.ts';
import type { OpenDatabase } from './open-sql.ts';

const M1 = '11111111-1111-4111-8111-111111111111';
const M2 = '22222222-2222-4222-8222-222222222222';
const ids = (alerts: readonly AlertRecord[]) => alerts.map((alert) => alert.id);

export function alertRepositorySuite(open: OpenDatabase): void {
  const start = async (...alerts: AlertRecord[]) => {
    const database = await open();
    const repository = new SqlAlertRepository(database);
    const save = (...more: AlertRecord[]) =>
      repository.save({ alerts: more, evaluations: [], notifications: [] }, null);
    await save(...alerts);
    return { database, repository, save };
  };

  test('returns every field as it was saved', async () => {
    const full = alertRecord({
      machineIds: [M1, M2],
      location: 'Halle "Ü"',
      metric: 'connection',
      limitKind: 'stale',
      severity: 'critical',
      state: 'cleared_unacked',
      threshold: 0,
      value: -0.1,
      peakValue: 1e-9,
      escalatedAtMs: 1,
      clearedAtMs: 2,
      acknowledgedAtMs: 3,
      acknowledgedBy: 'anna',
      acknowledgeNote: 'on my way',
      shelvedUntilMs: 4,
      shelvedBy: 'ben',
      shelveReason: 'sensor is being changed',
      raiseCount: 4,
      chattering: true,
      late: true,
      endNotSeen: true,
      clearsAt: 78.4,
      firstRaisedAtMs: 5,
      annunciatedSeq: 6,
      raise: {
        number: 4,
        seq: 7,
        raisedAtMs: 8,
        clearedAtMs: 9,
        limitKind: 'low',
        severity: 'warning',
        threshold: -0.5,
        value: -0.75,
        peakValue: -1,
        readingCount: 11,
        escalatedAtMs: 12,
        escalatedThreshold: -0.875,
        escalatedValue: -1,
        annunciatedAtMs: 13,
      },
    });
    const empty = alertRecord({ machineId: null, threshold: null, value: null, peakValue: null, clearsAt: null });
    const { repository } = await start(full, empty);
    expect(await repository.byId(full.id)).toEqual(full);
    expect(await repository.byId(empty.id)).toEqual(empty);
    expect(await repository.byId(M1)).toBeNull();
  });

  test('refuses a write of a node that is no longer leader', async () => {
    const { database, repository } = await start();
    const { epoch } = await database.db.selectFrom('watch').select('epoch').executeTakeFirstOrThrow();
    const changes = (alert: AlertRecord) => ({ alerts: [alert], evaluations: [], notifications: [] });
    const kept = alertRecord();
    await repository.save(changes(kept), epoch);
    await database.db
      .updateTable('watch')
      .set({ epoch: epoch + 1 })
      .execute();
    await expect(repository.save(changes(alertRecord()), epoch)).rejects.toMatchObject({ code: 'deposed' });
    expect(ids(await repository.open())).toEqual([kept.id]);
  });

  test('replaces a stored alert, with the later version if a save contains two', async () => {
    const first = alertRecord();
    const { repository, save } = await start(first);
    const second = { ...first, seq: first.seq + 1000, readingCount: 9 };
    const third = { ...second, seq: first.seq + 1001, state: 'closed' as const, clearedAtMs: 5 };
    await save(second, third);
    expect(await repository.byId(first.id)).toEqual(third);
  });

  test('stores each raise of an alert, also those that ended before they could be stored, and lists them newest first in pages', async () => {
    const first = alertRecord({ raisedAtMs: 10, clearedAtMs: 11, state: 'cleared_unacked' });
    const { repository, save } = await start(first, alertRecord({ raisedAtMs: 99 }));
    const again = (raiseCount: number, raisedAtMs: number) =>
      alertRecord({ id: first.id, firstRaisedAtMs: 10, raiseCount, raisedAtMs, threshold: 70 + raiseCount });
    const [second, third, fourth] = [again(2, 20), again(3, 30), again(4, 40)] as const;
    await save(second, { ...second, raise: { ...second.raise, peakValue: 99 } });
    const earlierRaises = [{ alertId: first.id, raise: third.raise }];
    await repository.save({ alerts: [fourth], earlierRaises, evaluations: [], notifications: [] }, null);
    expect(await repository.byId(first.id)).toEqual(fourth);
    const raises = [fourth.raise, third.raise, { ...second.raise, peakValue: 99 }, first.raise];
    expect(await repository.raises(first.id, { limit: 10 })).toEqual({ raises, nextCursor: null });
    const page = await repository.raises(first.id, { limit: 3 });
    expect(page.raises).toEqual(raises.slice(0, 3));
    expect(await repository.raises(first.id, { limit: 3, cursor: page.nextCursor as string })).toEqual({
      raises: raises.slice(3),
      nextCursor: null,
    });
    expect(await repository.raises(first.id, { limit: 3, fromMs: 20, toMs: 40 })).toEqual({
      raises: raises.slice(1, 3),
      nextCursor: null,
    });
    expect(await repository.raises(M1, { limit: 10 })).toEqual({ raises: [], nextCursor: null });
    await expect(repository.raises(first.id, { limit: 1, cursor: 'x' })).rejects.toMatchObject({
      code: 'validation_failed',
    });
  });

  test('lists alerts as open that are not closed', async () => {
    const states = ['active_unacked', 'active_acked', 'cleared_unacked', 'closed', 'suppressed'] as const;
    const alerts = states.map((state, i) => alertRecord({ state, raisedAtMs: i }));
    const { repository } = await start(...alerts);
    expect((await repository.open()).map((alert) => alert.state)).toEqual(states.filter((each) => each !== 'closed'));
  });

  test('stores the newest evaluation state of each metric', async () => {
    const { repository } = await start();
    const save = (...evaluations: { machineId: string; metric: 'temperature' | 'speed'; state: string }[]) =>
      repository.save({ alerts: [], evaluations, notifications: [] }, null);
    await save({ machineId: M1, metric: 'temperature', state: 'a' }, { machineId: M1, metric: 'speed', state: 'b' });
    await save({ machineId: M1, metric: 'speed', state: 'c' }, { machineId: M1, metric: 'speed', state: 'd' });
    expect(new Set(await repository.evaluations())).toEqual(
      new Set([
        { machineId: M1, metric: 'temperature', state: 'a' },
        { machineId: M1, metric: 'speed', state: 'd' },
      ]),
    );
  });

  test('saves all or nothing', async () => {
    const { database, repository } = await start();
    const alert = alertRecord();
    const notification = { id: M1, alertId: alert.id, kind: 'raised', payload: '{}', createdAtMs: 1 };
    const evaluations = [{ machineId: M1, metric: 'temperature' as const, state: 's' }];
    const orphan = { ...notification, id: M2, alertId: M2 };
    await expect(
      repository.save({ alerts: [alert], evaluations, notifications: [notification, orphan] }, null),
    ).rejects.toThrow();
    expect(await repository.open()).toEqual([]);
    expect(await repository.evaluations()).toEqual([]);

    await repository.save({ alerts: [alert], evaluations, notifications: [notification] }, null);
    await repository.save({ alerts: [alert], evaluations, notifications: [notification] }, null);
    const outbox = await database.db.selectFrom('notifications').selectAll().execute();
    expect(outbox).toMatchObject([{ id: M1, alert_id: alert.id, kind: 'raised', payload: '{}', state: 'pending' }]);
  });

  test('saves thousands of changes at once', async () => {
    const alerts = Array.from({ length: 1500 }, (_, i) => alertRecord({ raisedAtMs: i }));
    const { repository } = await start(...alerts);
    expect(await repository.open()).toHaveLength(1500);
  });

  test('returns the newest number, 0 before the first', async () => {
    const { repository, save } = await start();
    expect(await repository.lastSeq()).toBe(0);
    await save(alertRecord({ seq: 7 }), alertRecord({ seq: 9 }), alertRecord({ seq: 8 }));
    expect(await repository.lastSeq()).toBe(9);
  });

  test('returns changes after a number in ascending order, up to the limit', async () => {
    const { repository, save } = await start();
    const [a, b, c] = [alertRecord({ seq: 1 }), alertRecord({ seq: 2 }), alertRecord({ seq: 3 })] as const;
    await save(c, a, b);
    await save({ ...a, seq: 4 });
    expect(ids(await repository.changedSince(1, 10))).toEqual([b.id, c.id, a.id]);
    expect(ids(await repository.changedSince(0, 2))).toEqual([b.id, c.id]);
    expect(await repository.changedSince(4, 10)).toEqual([]);
  });

  test('filters a page by each criterion and by several', async () => {
    const a = alertRecord({ raisedAtMs: 10, machineId: M1, severity: 'critical', metric: 'pressure' });
    const b = alertRecord({ raisedAtMs: 20, machineId: M2, state: 'closed' });
    const c = alertRecord({ raisedAtMs: 30, machineId: null, machineIds: [M1, M2], metric: 'connection' });
    const d = alertRecord({ raisedAtMs: 40, machineId: M1, shelvedUntilMs: 99, state: 'active_acked' });
    const { repository } = await start(a, b, c, d);
    const found = async (query: Partial<AlertQuery>) => ids((await repository.page({ limit: 10, ...query })).alerts);
    expect(await found({})).toEqual(ids([d, c, b, a]));
    expect(await found({ states: ['closed', 'active_acked'] })).toEqual(ids([d, b]));
    expect(await found({ states: [] })).toEqual([]);
    expect(await found({ shelved: true })).toEqual(ids([d]));
    expect(await found({ shelved: false })).toEqual(ids([c, b, a]));
    expect(await found({ severity: 'critical' })).toEqual(ids([a]));
    expect(await found({ machineId: M1 })).toEqual(ids([d, c, a]));
    expect(await found({ metric: 'connection' })).toEqual(ids([c]));
    expect(await found({ fromMs: 20, toMs: 40 })).toEqual(ids([c, b]));
    expect(await found({ machineId: M1, shelved: false, fromMs: 11 })).toEqual(ids([c]));
  });

  test('pages through everything exactly once while new alerts are raised', async () => {
    const { database, repository, save } = await start();
    const times = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(times, times, fc.integer({ min: 1, max: 7 }), fc.boolean(), async (first, later, limit, one) => {
        await database.db.deleteFrom('alerts').execute();
        const before = first.map((raisedAtMs, i) =>
          alertRecord(i % 2 ? { raisedAtMs, machineId: M1 } : { raisedAtMs, machineId: null, machineIds: [M2, M1] }),
        );
        await save(...before);
        const seen: AlertRecord[] = [];
        const coming = [...later];
        let cursor: string | null | undefined;
        while (cursor !== null) {
          const page = await repository.page({ limit, ...(one && { machineId: M1 }), ...(cursor && { cursor }) });
          expect(page.alerts.length).toBeLessThanOrEqual(limit);
          seen.push(...page.alerts);
          cursor = page.nextCursor;
          const raisedAtMs = coming.pop();
          if (raisedAtMs !== undefined) await save(alertRecord({ raisedAtMs, machineId: M1 }));
        }
        expect(new Set(ids(seen)).size).toBe(seen.length);
        expect(ids(seen)).toEqual(expect.arrayContaining(ids(before)));
        expect(seen.map((each) => each.raisedAtMs)).toEqual(
          seen.map((each) => each.raisedAtMs).toSorted((a, b) => b - a),
        );
      }),
      { numRuns: 25 },
    );
  });

  test('lists an alert that was raised in a range, also if it was raised again after the range', async () => {
    const a = alertRecord({ raisedAtMs: 10 });
    const b = alertRecord({ raisedAtMs: 20, machineId: M1 });
    const { repository, save } = await start(a, b, alertRecord({ raisedAtMs: 60 }));
    const again = { ...a, seq: 1000, raiseCount: 2, raisedAtMs: 50, raise: { ...a.raise, number: 2, raisedAtMs: 50 } };
    await save(again);
    const found = async (query: Partial<AlertQuery>) => ids((await repository.page({ limit: 10, ...query })).alerts);
    expect(await found({ fromMs: 5, toMs: 15 })).toEqual([a.id]);
    expect(await found({ fromMs: 5, toMs: 30 })).toEqual([a.id, b.id]);
    expect(await found({ fromMs: 15, toMs: 45 })).toEqual([b.id]);
    expect(await found({ fromMs: 45, toMs: 55 })).toEqual([a.id]);
    expect(await found({ fromMs: 5, toMs: 30, machineId: M1 })).toEqual([b.id]);
    const streamed: AlertRecord[] = [];
    for await (const alert of repository.raisedBetween(5, 30)) streamed.push(alert);
    expect(ids(streamed)).toEqual([b.id, a.id]);
  });

  test('pages through everything exactly once, in a stable order, while alerts return', async () => {
    const { database, repository, save } = await start();
    const times = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 20 });
    const returns = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 12 })), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(
        times,
        returns,
        fc.integer({ min: 1, max: 5 }),
        fc.boolean(),
        async (first, again, limit, ranged) => {
          await database.db.deleteFrom('alerts').execute();
          let seq = 0;
          const alerts = first.map((raisedAtMs) => alertRecord({ raisedAtMs, seq: ++seq, machineId: M1 }));
          await save(...alerts);
          const before = ids((await repository.page({ limit: 100 })).alerts);
          const seen: string[] = [];
          const coming = [...again];
          let cursor: string | null | undefined;
          while (cursor !== null) {
            const range = ranged ? { machineId: M1, fromMs: 0, toMs: 100 } : {};
            const page = await repository.page({ limit, ...range, ...(cursor && { cursor }) });
            seen.push(...ids(page.alerts));
            cursor = page.nextCursor;
            const next = coming.pop();
            if (next === undefined) continue;
            const at = next[0] % alerts.length;
            const alert = alerts[at] as AlertRecord;
            const raiseCount = alert.raiseCount + 1;
            // By the clock of the readings, which may be behind that of other machines.
            const raisedAtMs = alert.raisedAtMs + next[1];
            alerts[at] = {
              ...alert,
              seq: ++seq,
              raiseCount,
              raisedAtMs,
              raise: { ...alert.raise, seq, number: raiseCount, raisedAtMs },
            };
            await save(alerts[at] as AlertRecord);
          }
          expect(seen).toEqual(before);
        },
      ),
      { numRuns: 25 },
    );
  });

  test('streams each alert once for an export while alerts return', async () => {
    const alerts = Array.from({ length: 600 }, (_, i) => alertRecord({ raisedAtMs: i, state: 'cleared_unacked' }));
    const { repository, save } = await start(...alerts);
    const seen: AlertRecord[] = [];
    for await (const alert of repository.raisedBetween(0, 1000)) {
      seen.push(alert);
      if (seen.length !== 300) continue;
      const [early, late] = [alerts[10], alerts[599]] as [AlertRecord, AlertRecord];
      const again = (of: AlertRecord, raisedAtMs: number, seq: number) => ({
        ...of,
        seq,
        raiseCount: 2,
        raisedAtMs,
        raise: { ...of.raise, number: 2, raisedAtMs },
      });
      await save(again(early, 900, 50_000), again(late, 2000, 50_001));
    }
    expect(seen).toHaveLength(600);
    expect(new Set(ids(seen)).size).toBe(600);
  });

  test('returns each raise that was annunciated, at the time when it was', async () => {
    const heard = alertRecord({ raisedAtMs: 10, severity: 'warning', acknowledgedAtMs: 99, chattering: true });
    const { repository, save } = await start(heard, alertRecord({ raisedAtMs: 11, late: true, state: 'closed' }));
    const raise = { ...heard.raise, number: 2, raisedAtMs: 20, escalatedAtMs: 25, annunciatedAtMs: 30 };
    await save({ ...heard, seq: 1000, raiseCount: 2, raisedAtMs: 20, escalatedAtMs: 25, raise });
    const told = async (fromMs: number, toMs: number) => {
      const all: unknown[] = [];
      for await (const page of repository.annunciations(fromMs, toMs)) all.push(...page);
      return all;
    };
    const newest = { atMs: 30, raisedAtMs: 20, severity: 'critical', isNewest: true, unacknowledgedSinceMs: 25 };
    expect(await told(0, 100)).toMatchObject([{ atMs: 10, severity: 'warning', isNewest: false }, newest]);
    expect(await told(10, 30)).toMatchObject([{ atMs: 10, chattering: true, acknowledgedAtMs: 99 }]);
    expect(await told(11, 31)).toMatchObject([newest]);
  });

  test.each([
    ['', 'no cursor at all'],
    ['x'.repeat(2000), 'something long'],
    ['%00', 'something encoded'],
    [encodeCursor('audit', [1]), 'the cursor of another list'],
    [encodeCursor('alerts', [1]), 'half a cursor'],
    [encodeCursor('alerts', ['1', 2]), 'a cursor of the wrong types'],
    [encodeCursor('alerts', [1.5, 'x']), 'a cursor of no whole time'],
    [Buffer.from('{"a":1}').toString('base64url'), 'another JSON'],
    [Buffer.from('null').toString('base64url'), 'null'],
    [Buffer.from('[').toString('base64url'), 'broken JSON'],
  ])('refuses %j as a cursor: %s', async (cursor) => {
    const { repository } = await start(alertRecord());
    await expect(repository.page({ limit: 1, cursor })).rejects.toMatchObject({
      code: 'validation_failed',
      faults: [{ parameter: 'cursor', value: cursor }],
    });
  });

  test('streams the alerts raised in a range, ascending, from included and to excluded', async () => {
    const alerts = Array.from({ length: 1201 }, (_, i) => alertRecord({ raisedAtMs: Math.floor(i / 3) }));
    const { repository } = await start(...alerts);
    const seen: AlertRecord[] = [];
    for await (const alert of repository.raisedBetween(1, 400)) seen.push(alert);
    expect(seen.map((each) => each.raisedAtMs)).toEqual(Array.from({ length: 1197 }, (_, i) => 1 + Math.floor(i / 3)));
    expect(new Set(ids(seen)).size).toBe(1197);
  });

  test('serves other requests while a stream is read slowly', async () => {
    const { repository, save } = await start(...Array.from({ length: 600 }, (_, i) => alertRecord({ raisedAtMs: i })));
    let read = 0;
    for await (const _ of repository.raisedBetween(0, 10_000)) {
      read++;
      if (read === 300) await save(alertRecord({ raisedAtMs: 5000 }));
    }
    expect(read).toBe(601);
  });
}
