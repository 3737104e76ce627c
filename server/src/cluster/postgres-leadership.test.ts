// Who keeps watch among several nodes, on a real PostgreSQL.

import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { findPostgres } from '../../test/support/find-program.ts';
import { type PostgresServer, startPostgres } from '../../test/support/start-postgres.ts';
import { acquireAdvisoryLock } from '../database/advisory-lock.ts';
import { openPostgres } from '../database/open-postgres.ts';
import { silentLogger } from '../log.ts';
import { LeaderDuties } from './leader-duties.ts';
import { LeaderLease } from './leader-lease.ts';
import type { LeaderDuty, LeaderTerm } from './leadership.ts';
import { PostgresLeadership } from './postgres-leadership.ts';
import { SingleNodeLeadership } from './single-node-leadership.ts';

class NotedDuty implements LeaderDuty {
  readonly terms: LeaderTerm[] = [];
  readonly said: string[] = [];
  isUpToDate = true;
  fails = false;
  async take(term: LeaderTerm): Promise<void> {
    this.terms.push(term);
    this.said.push('take');
    if (this.fails) throw new Error('The store is not there');
  }
  async leave(): Promise<void> {
    this.said.push('leave');
  }
  async finish(): Promise<void> {
    this.said.push('finish');
  }
  kept(): void {
    if (this.said.at(-1) !== 'kept') this.said.push('kept');
  }
}

test('a server that is alone always has the watch', async () => {
  const leadership = new SingleNodeLeadership();
  const duty = new NotedDuty();
  expect(leadership.leads).toBe(false);
  await leadership.start(duty);
  expect(leadership.leads).toBe(true);
  expect(duty.terms).toMatchObject([{ epoch: null, keptUntilMs: null }]);
  duty.terms[0]?.lost();
  await leadership.stop();
  await leadership.stop();
  expect(duty.said).toEqual(['take', 'finish']);
});

test('the watching node keeps what is shared in order, and stops when it loses the watch', async () => {
  const alerts = new NotedDuty();
  const said: string[] = [];
  const housekeeping = { start: () => void said.push('start'), stop: async () => void said.push('stop') };
  const duties = new LeaderDuties(alerts, housekeeping);
  const term = { epoch: 1, keptUntilMs: null, lost: () => {} };
  await duties.take(term);
  duties.kept();
  await duties.leave();
  await duties.take(term);
  await duties.finish();
  expect(said).toEqual(['start', 'stop', 'start', 'stop']);
  expect(alerts.said).toEqual(['take', 'kept', 'leave', 'take', 'finish']);
  expect(duties.isUpToDate).toBe(true);
});

test('housekeeping that waits for a server that does not answer holds up no stop', async () => {
  const alerts = new NotedDuty();
  const hanging = { start: () => {}, stop: () => new Promise<void>(() => {}) };
  const duties = new LeaderDuties(alerts, hanging);
  await duties.take({ epoch: 1, keptUntilMs: null, lost: () => {} });
  await duties.finish();
  expect(alerts.said).toEqual(['take', 'finish']);
});

const programs = findPostgres();

describe.skipIf(programs === null)('on PostgreSQL', () => {
  let postgres: PostgresServer;
  beforeAll(async () => {
    postgres = await startPostgres(programs as string);
  });
  afterAll(() => postgres.stop());

  async function database(): Promise<string> {
    const url = await postgres.createDatabase();
    await (await openPostgres({ url }, silentLogger)).close();
    return url;
  }
  async function start(url: string, nodeId: string, prepare: (duty: NotedDuty) => void = () => {}) {
    const duty = new NotedDuty();
    prepare(duty);
    const leadership = new PostgresLeadership({ lease: new LeaderLease({ url }), nodeId, log: silentLogger });
    onTestFinished(() => leadership.stop());
    await leadership.start(duty);
    return { duty, leadership };
  }
  const until = (condition: () => unknown) => vi.waitFor(condition, { timeout: 8000, interval: 20 });

  test('one has it; the next takes it as soon as that one stops, and learns up to when all was evaluated', async () => {
    const url = await database();
    const one = await start(url, 'one');
    const two = await start(url, 'two');
    expect([one.leadership.leads, two.leadership.leads]).toEqual([true, false]);
    expect(one.duty.terms).toMatchObject([{ epoch: 1, keptUntilMs: null }]);
    await until(() => expect(two.duty.said).toEqual(['kept']));
    const stoppedMs = performance.now();
    await one.leadership.stop();
    await one.leadership.stop();
    expect(one.duty.said.at(-1)).toBe('finish');
    await until(() => expect(two.leadership.leads).toBe(true));
    expect(performance.now() - stoppedMs).toBeLessThan(2000);
    expect(two.duty.terms[0]?.epoch).toBe(2);
    expect(Math.abs((two.duty.terms[0]?.keptUntilMs ?? 0) - Date.now())).toBeLessThan(5000);
  });

  test('who has not caught up does not say that somebody kept watch', async () => {
    const url = await database();
    const one = await start(url, 'one', (duty) => {
      duty.isUpToDate = false;
    });
    const two = await start(url, 'two');
    one.duty.isUpToDate = true;
    await until(() => expect(two.duty.said).toEqual(['kept']));
    expect(one.duty.said).toEqual(['take', 'kept']);
  });

  test('who is told that a write came too late steps down at once, and may come back', async () => {
    const url = await database();
    const one = await start(url, 'one');
    one.duty.terms[0]?.lost();
    one.duty.terms[0]?.lost();
    expect(one.leadership.leads).toBe(false);
    expect(one.duty.said.filter((each) => each === 'leave')).toHaveLength(1);
    await until(() => expect(one.duty.terms.map((term) => term.epoch)).toEqual([1, 2]));
  });

  test('who cannot take it up leaves it to others', async () => {
    const url = await database();
    const broken = await start(url, 'broken', (duty) => {
      duty.fails = true;
    });
    expect(broken.leadership.leads).toBe(false);
    expect(broken.duty.said).toEqual(['take', 'leave']);
    const other = await start(url, 'other');
    await until(() => expect(other.leadership.leads || broken.duty.terms.length > 1).toBe(true));
  });

  test('renewing goes on beside a write of alerts, taking over waits for it to end', async () => {
    const url = await database();
    const [one, two] = [new LeaderLease({ url }), new LeaderLease({ url })];
    onTestFinished(async () => void (await Promise.all([one.close(), two.close()])));
    expect(await one.take('one')).toEqual({ epoch: 1, keptUntilMs: null });
    const writer = new Client({ connectionString: url });
    await writer.connect();
    onTestFinished(() => writer.end());
    await writer.query('begin');
    await writer.query('select epoch from watch where id = 1 for key share');
    expect(await one.renew(1, null)).toBe(true);
    await one.release(1);
    let taken: Awaited<ReturnType<LeaderLease['take']>> = null;
    const taking = two.take('two').then((answer) => {
      taken = answer;
    });
    expect(await one.look()).toMatchObject({ isFree: true });
    expect(taken).toBeNull();
    await writer.query('commit');
    await taking;
    expect(taken).toMatchObject({ epoch: 2 });
    expect(await one.renew(1, null)).toBe(false);
    expect(await one.take('one')).toBeNull();
  });

  test('what was asked of a database that is frozen is worth nothing when it wakes', { timeout: 30_000 }, async () => {
    const url = await database();
    const lease = new LeaderLease({ url });
    onTestFinished(() => lease.close());
    await lease.look();
    await lease.take('one');
    const evaluatedUntilMs = lease.databaseNowMs as number;
    expect(await lease.renew(1, evaluatedUntilMs)).toBe(true);
    expect((await lease.look()).keptUntilMs).toBe(evaluatedUntilMs);

    onTestFinished(() => postgres.thaw());
    postgres.freeze();
    await expect(lease.renew(1, lease.databaseNowMs)).rejects.toMatchObject({ code: 'store_unavailable' });
    // By now the lease is over.
    await expect(lease.renew(1, lease.databaseNowMs)).rejects.toMatchObject({ code: 'store_unavailable' });
    postgres.thaw();
    await until(async () => expect(await lease.look()).toEqual({ isFree: true, keptUntilMs: evaluatedUntilMs }));
    expect(await lease.renew(1, lease.databaseNowMs)).toBe(false);
    expect(await lease.take('two')).toEqual({ epoch: 2, keptUntilMs: evaluatedUntilMs });
  });

  test('nobody says that it has evaluated what comes later', async () => {
    const url = await database();
    const lease = new LeaderLease({ url });
    onTestFinished(() => lease.close());
    await lease.look();
    await lease.take('one');
    expect(await lease.renew(1, Date.now() + 3_600_000)).toBe(true);
    expect((await lease.look()).keptUntilMs).toBeLessThan(Date.now() + 60_000);
    expect(await lease.renew(1, 1_000)).toBe(true);
    expect((await lease.look()).keptUntilMs).toBe(1_000);
    expect(await lease.renew(1, null)).toBe(true);
    expect((await lease.look()).keptUntilMs).toBe(1_000);
  });

  test('a lease that another has taken, or that cannot be renewed, is no longer this node’s', {
    timeout: 30_000,
  }, async () => {
    const url = await database();
    const one = await start(url, 'one');
    const thief = await openPostgres({ url }, silentLogger);
    await thief.db.updateTable('watch').set({ epoch: 7 }).execute();
    await thief.close();
    await until(() => expect(one.duty.said).toContain('leave'));
    await until(() => expect(one.leadership.leads).toBe(true));
    expect(one.duty.terms.at(-1)?.epoch).toBe(8);
    await postgres.kill();
    await until(() => expect(one.leadership.leads).toBe(false));
    await postgres.start();
    await until(() => expect(one.leadership.leads).toBe(true));
  });

  test('a server alone holds its database against all others, and nodes go with nodes only', {
    timeout: 30_000,
  }, async () => {
    const url = await database();
    const releaseLock = await acquireAdvisoryLock({ url }, 'exclusive', silentLogger);
    await expect(acquireAdvisoryLock({ url }, 'exclusive', silentLogger)).rejects.toMatchObject({
      code: 'database_in_use',
    });
    await expect(acquireAdvisoryLock({ url }, 'shared', silentLogger)).rejects.toThrow(/without REDIS_URL/);
    // It is held again after the database was gone.
    await postgres.kill();
    await postgres.start();
    const looker = new Client({ connectionString: url });
    await looker.connect();
    onTestFinished(() => looker.end());
    const held = `select 1 from pg_locks where locktype = 'advisory' and mode = 'ExclusiveLock' and granted
      and database = (select oid from pg_database where datname = current_database())`;
    await vi.waitFor(async () => expect((await looker.query(held)).rows).toHaveLength(1), {
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
