import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AlertPlant, START_MS } from './support/alert-plant.ts';
import { batchOf } from './support/batch-of.ts';

const SECOND = 1000;
const HOT = { temperature: 81 };
const NORMAL = { temperature: 60 };

describe('after a restart', () => {
  let plant: AlertPlant;
  let press: string;
  const open = async (settings: Record<string, string> = {}) => {
    plant = await AlertPlant.open(settings);
    press = await plant.machine();
  };
  afterEach(() => plant.close());

  it.each(['stop', 'kill'] as const)('an active alert is still the same one after a %s', async (how) => {
    await open();
    plant.commit([press, 0, HOT]);
    const [before] = await plant.stored();
    await plant.restart(how);
    expect(plant.alerts.severityOf(press)).toBe('warning');
    plant.commit([press, SECOND, { temperature: 95 }]);
    plant.commit([press, 2 * SECOND, NORMAL]);
    const after = await plant.stored();
    expect(after).toHaveLength(1);
    expect(after[0]).toMatchObject({
      id: before?.id,
      state: 'cleared_unacked',
      severity: 'critical',
      readingCount: 2,
      peakValue: 95,
    });
    expect(plant.announced.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  it('a delay that has begun continues', async () => {
    await open({ alert_on_delay_seconds: '10', alert_off_delay_seconds: '10' });
    plant.commit([press, 0, HOT]);
    plant.alerts.tick();
    await plant.alerts.whenIdle();
    await plant.restart('kill');
    plant.commit([press, 9 * SECOND, HOT]);
    expect(await plant.stored()).toHaveLength(0);
    plant.commit([press, 10 * SECOND, HOT]);
    plant.commit([press, 11 * SECOND, NORMAL]);
    expect(await plant.stored()).toMatchObject([{ state: 'active_unacked', raisedAtMs: START_MS + 10 * SECOND }]);
    await plant.restart();
    plant.commit([press, 21 * SECOND, NORMAL]);
    expect(await plant.stored()).toMatchObject([{ state: 'cleared_unacked', clearedAtMs: START_MS + 21 * SECOND }]);
  });

  it('a reading that was stored but not evaluated raises its alert at the next start', async () => {
    await open();
    plant.storeOnly(batchOf([press, START_MS, { temperature: 81 }]));
    await plant.restart('kill');
    expect(await plant.stored()).toMatchObject([{ state: 'active_unacked', raisedAtMs: START_MS }]);
    await plant.restart();
    expect(await plant.stored()).toHaveLength(1);
  });

  it('alerts of machines that were deleted meanwhile are closed, and states that cannot be read are ignored', async () => {
    await open();
    const other = await plant.machine('Press 5');
    plant.commit([press, 0, HOT], [other, 0, HOT]);
    await plant.alerts.whenIdle();
    const broken = { machineId: other, metric: 'temperature', state: '{"active":' } as const;
    await plant.repository.save({ alerts: [], evaluations: [broken], notifications: [] }, null);
    await plant.alerts.stop();
    await plant.machines.delete(press);
    await plant.restart('kill');
    plant.commit([other, SECOND, NORMAL]);
    expect((await plant.stored()).map(({ machineId, state }) => [machineId, state]).sort()).toEqual(
      [
        [press, 'closed'],
        [other, 'cleared_unacked'],
      ].sort(),
    );
  });
});

describe('while the database cannot be written', () => {
  let plant: AlertPlant;
  let press: string;
  beforeEach(async () => {
    plant = await AlertPlant.open();
    press = await plant.machine();
    plant.repository.broken = true;
  });
  afterEach(() => {
    plant.repository.broken = false;
    return plant.close();
  });

  it('nothing is announced before it is stored, and everything in order afterwards', async () => {
    plant.commit([press, 0, HOT]);
    await vi.waitFor(() => expect(plant.repository.attempts.length).toBeGreaterThan(1));
    plant.commit([press, SECOND, NORMAL]);
    plant.commit([press, 2 * SECOND, HOT]);
    expect(plant.announced).toHaveLength(0);
    plant.repository.broken = false;
    await plant.alerts.whenIdle();
    expect(plant.announced.map(({ seq, state }) => [seq, state])).toEqual([
      [1, 'active_unacked'],
      [2, 'cleared_unacked'],
      [3, 'active_unacked'],
    ]);
    expect(await plant.stored()).toMatchObject([{ seq: 3, state: 'active_unacked' }]);
  });

  it('an acknowledgement is refused because it cannot be stored', async () => {
    plant.repository.broken = false;
    plant.commit([press, 0, HOT]);
    const [alert] = await plant.stored();
    plant.repository.broken = true;
    const id = alert?.id ?? '';
    await expect(plant.alerts.acknowledge(id, 'olga', null)).rejects.toMatchObject({ code: 'store_unavailable' });
    plant.repository.broken = false;
    expect(await plant.alerts.acknowledge(id, 'olga', null)).toMatchObject({ state: 'active_acked' });
    expect(await plant.stored()).toMatchObject([{ state: 'active_acked', acknowledgedBy: 'olga' }]);
  });

  it('a bounded number of changes waits, the newest of each alert among them', async () => {
    for (let i = 0; i < 12_000; i++) plant.commit([press, i * SECOND, i % 2 === 0 ? HOT : NORMAL]);
    plant.repository.broken = false;
    await plant.alerts.whenIdle();
    expect(plant.announced.length).toBeLessThan(10_001);
    expect(plant.announced.at(-1)).toMatchObject({ seq: 12_000, state: 'cleared_unacked', raiseCount: 6000 });
    const seqs = plant.announced.map(({ seq }) => seq);
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
  });

  it('a stop succeeds', async () => {
    plant.commit([press, 0, HOT]);
    await plant.alerts.stop();
    expect(plant.repository.attempts.length).toBeGreaterThanOrEqual(3);
  });
});
