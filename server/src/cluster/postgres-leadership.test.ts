// Leader election among several nodes, on a real PostgreSQL.

import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { findPostgres } from '../../test/support/find-program.ts';
import { type PostgresServer, startPostgres } from '../../test/support/start-postgres.ts';
import type { LeaderDuty, LeaderTerm } from '../alerts/leader/leadership.ts';
import { acquireAdvisoryLock } from '../database/advisory-lock.ts';
import { openPostgres } from '../database/open-postgres.ts';
import { silentLogger } from '../log.ts';
import { LeaderDuties } from './leader-duties.ts';
import { LeaderLease } from './leader-lease.ts';
import { PostgresLeadership } from './postgres-leadership.ts';
import { SingleNodeLeadership } from './single-node-leadership.ts';

class RecordedDuty implements LeaderDuty {
  readonly terms: LeaderTerm[] = [];
  readonly calls: string[] = [];
  isUpToDate = true;
  fails = false;
  async becomeLeader(term: LeaderTerm): Promise<void> {
    this.terms.push(term);
    this.calls.push('becomeLeader');
    if (this.fails) throw new Error('The store is not there');
  }
  async loseLeadership(): Promise<void> {
    this.calls.push('loseLeadership');
  }
  async resign(): Promise<void> {
    this.calls.push('resign');
  }
  advanceWatermarks(): void {
    if (this.calls.at(-1) !== 'advanceWatermarks') this.calls.push('advanceWatermarks');
  }
}

test('a server that runs alone is always the leader', async () => {
  const leadership = new SingleNodeLeadership();
  const duty = new RecordedDuty();
  expect(leadership.isLeader).toBe(false);
  await leadership.start(duty);
  expect(leadership.isLeader).toBe(true);
  expect(duty.terms).toMatchObject([{ epoch: null, watermarkMs: null }]);
  duty.terms[0]?.deposed();
  await leadership.stop();
  await leadership.stop();
  expect(duty.calls).toEqual(['becomeLeader', 'resign']);
});

test('the leader runs the background jobs of the shared stores until it loses leadership', async () => {
  const alerts = new RecordedDuty();
  const calls: string[] = [];
  const jobs = { start: () => void calls.push('start'), stop: async () => void calls.push('stop') };
  const duties = new LeaderDuties(alerts, [jobs]);
  const term = { epoch: 1, watermarkMs: null, deposed: () => {} };
  await duties.becomeLeader(term);
  duties.advanceWatermarks();
  await duties.loseLeadership();
  await duties.becomeLeader(term);
  await duties.resign();
  expect(calls).toEqual(['start', 'stop', 'start', 'stop']);
  expect(alerts.calls).toEqual(['becomeLeader', 'advanceWatermarks', 'loseLeadership', 'becomeLeader', 'resign']);
  expect(duties.isUpToDate).toBe(true);
});

test('a background job that waits for a server that does not answer does not delay a stop', async () => {
  const alerts = new RecordedDuty();
  const hanging = { start: () => {}, stop: () => new Promise<void>(() => {}) };
  const duties = new LeaderDuties(alerts, [hanging]);
  await duties.becomeLeader({ epoch: 1, watermarkMs: null, deposed: () => {} });
  await duties.resign();
  expect(alerts.calls).toEqual(['becomeLeader', 'resign']);
});

const programs = findPostgres();

describe.skipIf(programs === null)('on PostgreSQL', () => {
  let postgres: PostgresServer;
  beforeAll(async () => {
    postgres = await startPostgres(programs as string);
  });
  afterAll(() => postgres.stop());

  async function database(): Promise<string> {
    const url = await postgres.createMigratedDatabase();
    await (await openPostgres({ url }, silentLogger)).close();
    return url;
  }
  async function start(url: string, nodeId: string, prepare: (duty: RecordedDuty) => void = () => {}) {
    const duty = new RecordedDuty();
    prepare(duty);
    const leadership = new PostgresLeadership({ lease: new LeaderLease({ url }), nodeId, log: silentLogger });
    onTestFinished(() => leadership.stop());
    await leadership.start(duty);
    return { duty, leadership };
  }
  async function isFreeOrAcquiredAgain(url: string): Promise<boolean> {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      const { rows } = await client.query('select epoch > 1 or held_until <= clock_timestamp() as free from watch');
      return rows[0].free;
    } finally {
      await client.end();
    }
  }
  const until = (condition: () => unknown) => vi.waitFor(condition, { timeout: 15_000, interval: 20 });

  test('one node is leader; when it stops, the next takes over at once and learns the watermark', async () => {
    const url = await database();
    const one = await start(url, 'one');
    const two = await start(url, 'two');
    expect([one.leadership.isLeader, two.leadership.isLeader]).toEqual([true, false]);
    expect(one.duty.terms).toMatchObject([{ epoch: 1, watermarkMs: null }]);
    await until(() => expect(two.duty.calls).toEqual(['advanceWatermarks']));
    await one.leadership.stop();
    await one.leadership.stop();
    expect(one.duty.calls.at(-1)).toBe('resign');
    // It has released the lease: the next node need not wait until the lease expires.
    expect(await isFreeOrAcquiredAgain(url)).toBe(true);
    await until(() => expect(two.leadership.isLeader).toBe(true));
    expect(two.duty.terms[0]?.epoch).toBe(2);
    expect(Math.abs((two.duty.terms[0]?.watermarkMs ?? 0) - Date.now())).toBeLessThan(5000);
  });

  test('a leader that is not up to date does not advance the watermark', async () => {
    const url = await database();
    const one = await start(url, 'one', (duty) => {
      duty.isUpToDate = false;
    });
    const two = await start(url, 'two');
    one.duty.isUpToDate = true;
    await until(() => expect(two.duty.calls).toEqual(['advanceWatermarks']));
    expect(one.duty.calls).toEqual(['becomeLeader', 'advanceWatermarks']);
  });

  test('a leader whose write was refused steps down at once, and may become leader again', async () => {
    const url = await database();
    const one = await start(url, 'one');
    one.duty.terms[0]?.deposed();
    one.duty.terms[0]?.deposed();
    expect(one.leadership.isLeader).toBe(false);
    expect(one.duty.calls.filter((each) => each === 'loseLeadership')).toHaveLength(1);
    await until(() => expect(one.duty.terms.map((term) => term.epoch)).toEqual([1, 2]));
  });

  test('a node that cannot start the duty leaves leadership to other nodes', async () => {
    const url = await database();
    const broken = await start(url, 'broken', (duty) => {
      duty.fails = true;
    });
    expect(broken.leadership.isLeader).toBe(false);
    expect(broken.duty.calls).toEqual(['becomeLeader', 'loseLeadership']);
    const other = await start(url, 'other');
    await until(() => expect(other.leadership.isLeader || broken.duty.terms.length > 1).toBe(true));
  });

  test('the lease can be renewed during a write of alerts, and acquired only after the write has ended', async () => {
    const url = await database();
    const [one, two] = [new LeaderLease({ url }), new LeaderLease({ url })];
    onTestFinished(async () => void (await Promise.all([one.close(), two.close()])));
    expect(await one.acquire('one')).toEqual({ epoch: 1, watermarkMs: null });
    const writer = new Client({ connectionString: url });
    await writer.connect();
    onTestFinished(() => writer.end());
    await writer.query('begin');
    await writer.query('select epoch from watch where id = 1 for key share');
    expect(await one.renew(1, null)).toBe(true);
    await one.release(1);
    let acquired: Awaited<ReturnType<LeaderLease['acquire']>> = null;
    const acquiring = two.acquire('two').then((answer) => {
      acquired = answer;
    });
    expect(await one.read()).toMatchObject({ isFree: true });
    expect(acquired).toBeNull();
    await writer.query('commit');
    await acquiring;
    expect(acquired).toMatchObject({ epoch: 2 });
    expect(await one.renew(1, null)).toBe(false);
    expect(await one.acquire('one')).toBeNull();
  });

  test('requests that a frozen database executes after it wakes have no effect', { timeout: 60_000 }, async () => {
    const url = await database();
    const lease = new LeaderLease({ url });
    onTestFinished(() => lease.close());
    await lease.read();
    await lease.acquire('one');
    const watermarkMs = lease.databaseNowMs as number;
    expect(await lease.renew(1, watermarkMs)).toBe(true);
    expect((await lease.read()).watermarkMs).toBe(watermarkMs);

    onTestFinished(() => postgres.thaw());
    postgres.freeze();
    await expect(lease.renew(1, lease.databaseNowMs)).rejects.toMatchObject({ code: 'store_unavailable' });
    // By now the lease has expired.
    await expect(lease.renew(1, lease.databaseNowMs)).rejects.toMatchObject({ code: 'store_unavailable' });
    postgres.thaw();
    await until(async () => expect(await lease.read()).toEqual({ isFree: true, watermarkMs }));
    expect(await lease.renew(1, lease.databaseNowMs)).toBe(false);
    expect(await lease.acquire('two')).toEqual({ epoch: 2, watermarkMs });
  });

  test('a watermark is never later than the clock of the database', async () => {
    const url = await database();
    const lease = new LeaderLease({ url });
    onTestFinished(() => lease.close());
    await lease.read();
    await lease.acquire('one');
    expect(await lease.renew(1, Date.now() + 3_600_000)).toBe(true);
    expect((await lease.read()).watermarkMs).toBeLessThan(Date.now() + 60_000);
    expect(await lease.renew(1, 1_000)).toBe(true);
    expect((await lease.read()).watermarkMs).toBe(1_000);
    expect(await lease.renew(1, null)).toBe(true);
    expect((await lease.read()).watermarkMs).toBe(1_000);
  });

  test('a node steps down when its lease was acquired by another node or cannot be renewed', {
    timeout: 60_000,
  }, async () => {
    const url = await database();
    const one = await start(url, 'one');
    const thief = await openPostgres({ url }, silentLogger);
    await thief.db.updateTable('watch').set({ epoch: 7 }).execute();
    await thief.close();
    await until(() => expect(one.duty.calls).toContain('loseLeadership'));
    await until(() => expect(one.leadership.isLeader).toBe(true));
    expect(one.duty.terms.at(-1)?.epoch).toBe(8);
    await postgres.kill();
    await until(() => expect(one.leadership.isLeader).toBe(false));
    await postgres.start();
    await until(() => expect(one.leadership.isLeader).toBe(true));
  });

  test('a server that runs alone excludes all others from its database, and nodes exclude only such servers', {
    timeout: 60_000,
  }, async () => {
    const url = await database();
    const releaseLock = await acquireAdvisoryLock({ url }, 'exclusive', silentLogger);
    await expect(acquireAdvisoryLock({ url }, 'exclusive', silentLogger)).rejects.toMatchObject({
      code: 'database_in_use',
    });
    await expect(acquireAdvisoryLock({ url }, 'shared', silentLogger)).rejects.toThrow(/without REDIS_URL/);
    // The lock is taken again after the database was restarted.
    await postgres.kill();
    await postgres.start();
    const observer = new Client({ connectionString: url });
    await observer.connect();
    onTestFinished(() => observer.end());
    const held = `select 1 from pg_locks where locktype = 'advisory' and mode = 'ExclusiveLock' and granted
      and database = (select oid from pg_database where datname = current_database())`;
    await vi.waitFor(async () => expect((await observer.query(held)).rows).toHaveLength(1), {
      timeout: 10_000,
      interval: 100,
    });
    await releaseLock();
    const nodes = [
      await acquireAdvisoryLock({ url }, 'shared', silentLogger),
      await acquireAdvisoryLock({ url }, 'shared', silentLogger),
    ];
    await expect(acquireAdvisoryLock({ url }, 'exclusive', silentLogger)).rejects.toThrow(/REDIS_URL/);
    for (const node of nodes) await node();
    await (await acquireAdvisoryLock({ url }, 'exclusive', silentLogger))();
  });
});
