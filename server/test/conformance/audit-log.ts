// The behaviour of every audit log.

import type { AuditEntry } from '@gonsters/contract';
import fc from 'fast-check';
import { CompiledQuery } from 'kysely';
import { expect, test } from 'vitest';
import { AuditAnchor, type LostAudit } from '../../src/audit/audit-anchor.ts';
import type { AuditRecord } from '../../src/audit/audit-log.ts';
import { SqlAuditLog } from '../../src/audit/sql-audit-log.ts';
import { encodeCursor } from '../../src/database/cursor.ts';
import type { Database } from '../../src/database/database.ts';
import { silentLogger } from '../../src/log.ts';
import { idOf } from '../support/id-of.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import type { OpenDatabase } from './open-sql.ts';

const [U1, U2] = [idOf('u1'), idOf('u2')];

const record = (more: Partial<AuditRecord> = {}): AuditRecord => ({
  userId: U1,
  username: 'anna',
  action: 'machine.create',
  target: 'm1',
  outcome: 'success',
  ip: '10.0.0.1',
  requestId: 'r1',
  details: { name: 'Press 1' },
  ...more,
});

/** A user who has the password of the database can do this. */
async function removeGuards({ db, engine }: Database): Promise<void> {
  const guards = {
    sqlite: ['drop trigger audit_logs_no_update', 'drop trigger audit_logs_no_delete'],
    postgres: ['drop trigger audit_logs_append_only on audit_logs'],
  };
  for (const guard of guards[engine.name]) await db.executeQuery(rawSql(guard));
}
const rawSql = (text: string) => CompiledQuery.raw(text);

export function auditLogSuite(open: OpenDatabase): void {
  const start = async (entries = 0) => {
    const database = await open();
    const log = new SqlAuditLog(database);
    for (let i = 1; i <= entries; i++) await log.append(record({ target: `m${i}` }), i);
    return { database, log };
  };

  test('numbers entries without a gap and returns them newest first', async () => {
    const { log } = await start();
    await log.append(record(), Date.UTC(2026, 0, 15));
    await log.append(
      record({
        userId: null,
        username: null,
        target: null,
        ip: null,
        requestId: null,
        outcome: 'refused',
        details: {},
      }),
      Date.UTC(2026, 0, 16),
    );
    const { entries } = await log.page({ limit: 10 });
    expect(entries).toMatchObject([
      { id: 2, at: '2026-01-16T00:00:00.000Z', user_id: null, username: null, outcome: 'refused', details: {} },
      {
        id: 1,
        at: '2026-01-15T00:00:00.000Z',
        user_id: U1,
        username: 'anna',
        action: 'machine.create',
        target: 'm1',
        ip: '10.0.0.1',
        request_id: 'r1',
        details: { name: 'Press 1' },
      },
    ]);
    expect(entries[0]?.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  test('refuses to change or delete an entry', async () => {
    const { database } = await start(1);
    await expect(database.db.updateTable('audit_logs').set({ action: 'x' }).execute()).rejects.toThrow(/append-only/);
    await expect(database.db.deleteFrom('audit_logs').execute()).rejects.toThrow(/append-only/);
  });

  test('has an unbroken chain, also for entries that are appended at the same moment', async () => {
    const { log } = await start();
    expect(await log.verify()).toEqual({ entries: 0, brokenAt: null });
    await Promise.all(Array.from({ length: 40 }, (_, i) => log.append(record({ requestId: `r${i}` }), 1)));
    expect(await log.verify()).toEqual({ entries: 40, brokenAt: null });
  });

  test('verifies more entries than it reads at once', async () => {
    const { log } = await start(1100);
    expect(await log.verify()).toEqual({ entries: 1100, brokenAt: null });
  });

  test('has an unbroken chain whatever text the entries contain', async () => {
    const { log } = await start();
    const text = fc.oneof(fc.constant(null), fc.string({ unit: 'binary' }), fc.constant('a\0b'), fc.constant('\ud800'));
    await fc.assert(
      fc.asyncProperty(text, text, fc.jsonValue(), async (username, target, value) => {
        await log.append(record({ username, target, details: { value } }), 1);
        expect((await log.verify()).brokenAt).toBeNull();
      }),
      { numRuns: 40 },
    );
  });

  test.each([
    ['a changed action', "update audit_logs set action = 'x' where id = 3", 3],
    ['a changed time', 'update audit_logs set at = (select at from audit_logs where id = 4) where id = 3', 3],
    ['changed details', `update audit_logs set details = '{}' where id = 5`, 5],
    ['a deleted entry', 'delete from audit_logs where id = 3', 4],
    ['a deleted beginning', 'delete from audit_logs where id = 1', 2],
    ['an entry whose hash was made anew', `update audit_logs set hash = '${'0'.repeat(64)}' where id = 2`, 2],
  ])('finds %s', async (_, tampering, brokenAt) => {
    const { database, log } = await start(6);
    await removeGuards(database);
    await database.db.executeQuery(rawSql(tampering));
    expect(await log.verify()).toMatchObject({ brokenAt });
  });

  test.each([
    ['the last entry', 'delete from audit_logs where id = 6', 6],
    ['all entries', 'delete from audit_logs', 6],
    ['the end, after which as many are appended', 'delete from audit_logs where id > 4', 4],
  ])('each node notices that somebody removed %s, also after a restart', async (_, tampering, from) => {
    const { database, log } = await start(5);
    const found: LostAudit[] = [];
    const anchorIn = (dataDir: string) => {
      const onCut = async (cut: LostAudit) => void found.push(cut);
      return new AuditAnchor({ database, dataDir, clock: { nowMs: () => 9 }, log: silentLogger, onCut });
    };
    const directories = [await temporaryDirectory(), await temporaryDirectory()];
    const nodes = directories.map(anchorIn);
    for (const node of nodes) await node.check();
    await log.append(record(), 6);
    for (const node of nodes) await node.check();
    expect(found).toEqual([]);
    await removeGuards(database);
    await database.db.executeQuery(rawSql(tampering));
    for (let id = from; id < 6; id++) await log.append(record({ requestId: 'other' }), 7);
    if (from < 6) await log.append(record({ requestId: 'another' }), 8);
    const [first, second] = [nodes[0] as AuditAnchor, anchorIn(directories[1] as string)];
    for (const node of [first, second]) await node.check();
    expect(found).toMatchObject([
      { part: 'audit', toMs: 7 },
      { part: 'audit', toMs: 7 },
    ]);
    // It is reported once; the log counts from its present end.
    await log.append(record(), 10);
    for (const node of [first, second, anchorIn(directories[0] as string)]) await node.check();
    expect(found).toHaveLength(2);
  });

  test('filters by user (name or id), action and time, from included and to excluded', async () => {
    const { log } = await start();
    await log.append(record({ username: 'anna', userId: U1, action: 'a.x' }), 1);
    await log.append(record({ username: 'ben', userId: U2, action: 'a.y' }), 2);
    await log.append(record({ username: 'anna', userId: U1, action: 'a.y' }), 3);
    const found = async (query: object) =>
      (await log.page({ limit: 10, ...query })).entries.map((entry: AuditEntry) => entry.id);
    expect(await found({ user: 'anna' })).toEqual([3, 1]);
    expect(await found({ user: U2 })).toEqual([2]);
    expect(await found({ user: U2.toUpperCase() })).toEqual([2]);
    expect(await found({ user: 'nobody' })).toEqual([]);
    expect(await found({ action: 'a.y' })).toEqual([3, 2]);
    expect(await found({ fromMs: 2, toMs: 3 })).toEqual([2]);
    expect(await found({ user: 'anna', action: 'a.y', fromMs: 4 })).toEqual([]);
  });

  test('pages through everything exactly once, while entries are appended', async () => {
    const { log } = await start(23);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 30 }), async (limit) => {
        const [newest] = (await log.page({ limit: 1 })).entries;
        const seen: number[] = [];
        let cursor: string | null | undefined;
        while (cursor !== null) {
          const page = await log.page({ limit, ...(cursor && { cursor }) });
          seen.push(...page.entries.map((entry) => entry.id));
          cursor = page.nextCursor;
          await log.append(record(), 99);
        }
        expect(seen).toEqual(Array.from({ length: newest?.id ?? 0 }, (_, i) => (newest?.id ?? 0) - i));
      }),
      { numRuns: 8 },
    );
  });

  test.each(['', 'zzz', encodeCursor('alerts', [1, 'x']), encodeCursor('audit', ['1'])])(
    'refuses %j as a cursor',
    async (cursor) => {
      const { log } = await start(1);
      await expect(log.page({ limit: 1, cursor })).rejects.toMatchObject({
        code: 'validation_failed',
        faults: [{ parameter: 'cursor' }],
      });
    },
  );
}
