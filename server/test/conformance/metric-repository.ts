// The behaviour of every repository of metrics and machine types.

import { expect, test } from 'vitest';
import { SqlMachineRepository } from '../../src/machines/sql-machine-repository.ts';
import { blank, builtInMetrics } from '../../src/metrics/metric-record.ts';
import type { CatalogueChange, MachineTypeRecord, MetricRecord } from '../../src/metrics/metric-repository.ts';
import { SqlMetricRepository } from '../../src/metrics/sql-metric-repository.ts';
import type { OpenDatabase } from './open-sql.ts';

const metric = (name: string, more: Partial<MetricRecord> = {}): MetricRecord => ({
  ...blank(name, 1000, 'anna'),
  ...more,
});
const type = (name: string, more: Partial<MachineTypeRecord> = {}): MachineTypeRecord => ({
  name,
  definition: { metrics: [], headline: [], charts: [] },
  limits: {},
  createdAtMs: 1000,
  updatedAtMs: 1000,
  updatedBy: null,
  ...more,
});
const WHOLE = metric('motor_current', {
  label: 'Arus motor ⚡',
  unit: 'A',
  unitCode: 'A',
  displayUnit: 'mA',
  kind: 'counter',
  decimals: 3,
  min: -0.1,
  max: 1e9,
  limits: { low_low: -1, low: 0, high: 40.5, high_high: 1e-9 },
  group: 'Drive',
  description: 'As the drive says',
  order: 7,
  status: 'pending',
  isFreeText: true,
  discovered: { atMs: 900, field: 'Motor.Current L1', gateway: 'gw-1' },
  aliases: ['I L1', 'Motor.Current L1'],
  updatedAtMs: 2000,
  updatedBy: null,
});

/** The latest first. */
const OFFSETS = [
  { fromMs: 1_768_480_000_007, offset: -0.25, setAtMs: 1_768_480_000_008, setBy: 'anna' },
  { fromMs: -5, offset: 1e-9, setAtMs: 1_768_480_000_009, setBy: null },
];

export function metricRepositorySuite(open: OpenDatabase): void {
  const start = async () => {
    const database = await open();
    return { database, repository: new SqlMetricRepository(database) };
  };

  test('stores every field of a metric, the oldest first, and replaces it', async () => {
    const { repository } = await start();
    expect((await repository.read(null)).metrics).toEqual([]);
    const stored = await repository.change(null, () => ({ metrics: [WHOLE, ...builtInMetrics(10)] }));
    expect(stored.metrics.map(({ name }) => name)).toEqual(['pressure', 'speed', 'temperature', 'motor_current']);
    expect(stored.metrics.at(-1)).toEqual(WHOLE);
    expect(stored.metrics[2]).toMatchObject({ unit: '°C', unitCode: 'Cel', min: -273.15, max: 2000 });
    const changed = { ...WHOLE, label: 'I', aliases: ['I L2'], min: null, discovered: null };
    await repository.change(null, () => ({ metrics: [changed] }));
    expect((await repository.read(null)).metrics.at(-1)).toEqual(changed);
  });

  test('runs changes one after the other, each on what is stored, and writes nothing that is refused', async () => {
    const { repository } = await start();
    const add = (name: string) =>
      repository.change(null, ({ metrics }) => (metrics.length > 0 ? {} : { metrics: [metric(name)] }));
    await Promise.all(['a', 'b', 'c', 'd'].map(add));
    expect((await repository.read(null)).metrics).toHaveLength(1);
    const refuse = () => {
      throw new Error('No');
    };
    await expect(repository.change(null, refuse)).rejects.toThrow('No');
    // An alias belongs to one metric.
    const twice = [metric('x', { aliases: ['X'] }), metric('y', { aliases: ['X'] })];
    await expect(repository.change(null, () => ({ metrics: twice }))).rejects.toThrow();
    expect((await repository.read(null)).metrics).toHaveLength(1);
  });

  test('adds states, never changes one, and keeps them when the metric is deleted', async () => {
    const { repository } = await start();
    const state = metric('mode', { kind: 'state', states: ['AUTO', 'STOP'] });
    await repository.change(null, () => ({ metrics: [state] }));
    await repository.change(null, () => ({ metrics: [{ ...state, states: ['AUTO', 'STOP', 'RUN'] }] }));
    expect((await repository.read(null)).metrics[0]?.states).toEqual(['AUTO', 'STOP', 'RUN']);
    const gone = await repository.change(null, () => ({ deletedMetrics: ['mode'] }));
    expect(gone).toMatchObject({ metrics: [], formerStates: new Map([['mode', ['AUTO', 'STOP', 'RUN']]]) });
    const back = await repository.change(null, (stored) => ({
      metrics: [{ ...state, states: [...(stored.formerStates.get('mode') ?? []), 'IDLE'] }],
    }));
    expect(back.metrics[0]?.states).toEqual(['AUTO', 'STOP', 'RUN', 'IDLE']);
    expect(back.formerStates.size).toBe(0);
  });

  test('refuses to change the name of a state', async () => {
    const { database, repository } = await start();
    await repository.change(null, () => ({ metrics: [metric('mode', { kind: 'state', states: ['AUTO'] })] }));
    const renamed = database.db.updateTable('metric_states').set({ name: 'RUN' }).execute();
    await expect(renamed).rejects.toThrow(/append-only/);
  });

  test('stores machine types with their limits, and deletes both', async () => {
    const { repository } = await start();
    const press = type('Press Ü', {
      definition: {
        label: 'Presse',
        metrics: [{ name: 'speed', label: 'Spindle', min: 0 }],
        headline: ['speed'],
        charts: [],
        inactivity_timeout: 60,
        state: { metric: 'mode', running: ['AUTO'], idle: [], stopped: [], fault: [] },
      },
      limits: { speed: { high: 3000 }, flow: { low: 1.5 } },
      updatedBy: 'ben',
    });
    await repository.change(null, () => ({ types: [type('pump'), press] }));
    expect((await repository.read(null)).types).toEqual([press, type('pump')]);
    const changed = { ...press, limits: {}, updatedAtMs: 3000 };
    await repository.change(null, () => ({ types: [changed] }));
    expect((await repository.read(null)).types[0]).toEqual(changed);
    await repository.change(null, () => ({ types: [press] }));
    await repository.change(null, () => ({ deletedTypes: ['Press Ü'] }));
    await repository.change(null, () => ({ types: [{ ...press, limits: {} }] }));
    expect((await repository.read(null)).types[0]?.limits).toEqual({});
  });

  test('refuses to delete a type that machines have', async () => {
    const { database, repository } = await start();
    const machines = new SqlMachineRepository(database);
    const input = { location: 'Hall A', sensor_type: 'press', status: 'active' } as const;
    await machines.create([
      { ...input, name: 'A' },
      { ...input, name: 'B' },
    ]);
    await repository.change(null, () => ({ types: [type('press'), type('pump')] }));
    const remove = (...names: string[]) => repository.change(null, () => ({ deletedTypes: names }));
    await expect(remove('pump', 'press')).rejects.toMatchObject({ code: 'conflict' });
    expect((await remove('pump')).types.map(({ name }) => name)).toEqual(['press']);
  });

  test('reads again only what another node has changed, and knows what is stored after its own changes', async () => {
    const { repository } = await start();
    let known = await repository.change(null, () => ({
      metrics: [WHOLE, ...builtInMetrics(10)],
      types: [type('press')],
    }));
    expect(await repository.read(known)).toBe(known);
    const machineId = '0b0e7c1e-6a0a-4a55-8d3c-6f1f5b6e7a01';
    const state = metric('mode', { kind: 'state', states: ['AUTO'], aliases: ['b', 'a'] });
    const changes: CatalogueChange[] = [
      { metrics: [state, { ...WHOLE, aliases: [], label: 'X' }] },
      { types: [type('lathe', { limits: { mode: { high: 1 }, speed: { low: 1 } } })] },
      { overrides: new Map([[machineId, { metrics: [], inactivity_timeout: 3 }]]) },
      {
        calibrations: ['mode', WHOLE.name].map((name) => ({ machineId, metric: name, offsets: OFFSETS })),
      },
      { deletedMetrics: ['mode'], deletedTypes: ['press'] },
      { calibrations: [{ machineId, metric: WHOLE.name, offsets: OFFSETS.slice(1) }] },
      { calibrations: [{ machineId, metric: WHOLE.name, offsets: [] }] },
      { metrics: [{ ...state, states: ['AUTO', 'STOP'] }], overrides: new Map([[machineId, null]]) },
    ];
    for (const change of changes) {
      known = await repository.change(known, (stored) => {
        expect(stored).toBe(known);
        return change;
      });
      expect(await repository.read(null)).toEqual(known);
    }
    const elsewhere = await repository.change(null, () => ({ deletedMetrics: ['mode'] }));
    expect(await repository.read(known)).toEqual(elsewhere);
    await repository.change(known, (stored) => {
      expect(stored).toEqual(elsewhere);
      return {};
    });
  });

  test('stores what machines override and which metrics they have, and forgets both with the machine or the metric', async () => {
    const { database, repository } = await start();
    const machines = new SqlMachineRepository(database);
    const input = { name: 'A', location: 'Hall A', sensor_type: 'press', status: 'active' } as const;
    const machineId = '0b0e7c1e-6a0a-4a55-8d3c-6f1f5b6e7a01';
    await machines.create([{ ...input, machine_id: machineId }]);
    const overrides = { metrics: [{ name: 'flow', max: 12 }], inactivity_timeout: 30 };
    await repository.change(null, () => ({
      metrics: [metric('flow'), metric('level')],
      overrides: new Map([[machineId, overrides]]),
    }));
    const pairs = ['flow', 'level'].map((name) => ({ machineId, metric: name }));
    await repository.addSeries([...pairs, ...pairs]);
    await repository.addSeries(pairs);
    expect(new Set(await repository.series())).toEqual(new Set(pairs));
    expect((await repository.read(null)).overrides).toEqual(new Map([[machineId, overrides]]));
    await repository.change(null, () => ({ deletedMetrics: ['flow'] }));
    expect(await repository.series()).toEqual([pairs[1]]);
    await machines.delete(machineId, true);
    expect([await repository.series(), (await repository.read(null)).overrides]).toEqual([[], new Map()]);
    await repository.change(null, () => ({ overrides: new Map([[machineId, overrides]]) }));
    await repository.change(null, () => ({ overrides: new Map([[machineId, null]]) }));
    expect((await repository.read(null)).overrides.size).toBe(0);
  });
}
