import { MAX_METRICS_PER_MACHINE, METRIC_NAMES } from '@gonsters/contract';
import { describe, expect, test, vi } from 'vitest';
import { openSqlite } from '../../test/conformance/open-sql.ts';
import { openCatalogue } from '../../test/support/open-catalogue.ts';
import { AppError } from '../errors.ts';
import type { DomainEvent } from '../events/domain-events.ts';
import { LocalEventBus } from '../events/local-event-bus.ts';
import { silentLogger } from '../log.ts';
import { SettingsService } from '../settings/settings-service.ts';
import { SqlSettingRepository } from '../settings/sql-setting-repository.ts';
import type { MetricService } from './metric-service.ts';

const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;
const MACHINE = '0b0e7c1e-6a0a-4a55-8d3c-6f1f5b6e7a01';

async function start() {
  const database = await openSqlite();
  const clock = { now: NOW, nowMs: () => clock.now };
  const bus = new LocalEventBus(silentLogger);
  const events: DomainEvent[] = [];
  bus.subscribe((event) => events.push(event));
  const settings = new SettingsService({ repository: new SqlSettingRepository(database), bus, clock });
  await settings.start();
  const open = async () => (await openCatalogue({ database, settings, bus, clock })).metricService;
  return { database, clock, events, settings, open, catalogue: await open() };
}

const field = (name: string, sample: unknown, gateway: string | null = 'gw-1') => ({ field: name, sample, gateway });
const nameAt = (catalogue: MetricService, found: { index: number } | { refused: string } | undefined) =>
  found !== undefined && 'index' in found ? catalogue.at(found.index)?.name : found;

describe('the table of names', () => {
  test('begins with the metrics of every plant, and only grows', async () => {
    const { catalogue } = await start();
    expect(METRIC_NAMES.map((name) => catalogue.indexOf(name))).toEqual(METRIC_NAMES.map((_, index) => index));
    await catalogue.editor.create({ name: 'flow' }, 'anna');
    const index = catalogue.indexOf('flow') as number;
    await catalogue.editor.delete('flow', 'anna');
    expect([catalogue.at(index), catalogue.get('flow')]).toEqual([undefined, undefined]);
    await catalogue.editor.create({ name: 'flow' }, 'anna');
    expect(catalogue.get('flow')?.index).toBe(index);
  });

  test('resolves a name, an alias, and what follows from the spelling, and the same until the catalogue changes', async () => {
    const { catalogue } = await start();
    const version = catalogue.version;
    await catalogue.editor.create({ name: 'flow', aliases: ['Durchfluss', 'Pressure 2'] }, 'anna');
    expect(catalogue.version).not.toBe(version);
    const flow = { index: catalogue.indexOf('flow') };
    expect(['flow', 'Flow', 'Durchfluss', 'Pressure 2'].map((each) => catalogue.resolve(each))).toEqual(
      Array(4).fill(flow),
    );
    expect(catalogue.resolve('Temperature')).toEqual({ index: 0 });
    expect(catalogue.resolve('oilLevel')).toEqual({ name: 'oil_level' });
    expect(catalogue.resolve('timestamp')).toEqual({ name: 'timestamp_value' });
    expect(catalogue.resolve('%')).toBeNull();
    expect(catalogue.resolve('Flow')).toBe(catalogue.resolve('Flow'));
  });

  test('leads from a merged name to the other metric until the merge is undone', async () => {
    const { catalogue } = await start();
    await catalogue.editor.create({ name: 'flow', unit: 'L/min' }, 'anna');
    await catalogue.editor.create({ name: 'coolant', aliases: ['Cool 1'] }, 'anna');
    await catalogue.editor.merge('coolant', 'flow', 'anna');
    const [flow, coolant] = ['flow', 'coolant'].map((name) => catalogue.indexOf(name));
    expect([catalogue.resolve('coolant'), catalogue.resolve('Cool 1')]).toEqual([{ index: flow }, { index: flow }]);
    expect(catalogue.get('flow')?.merged).toEqual([coolant]);
    await expect(catalogue.editor.merge('flow', 'coolant', 'anna')).rejects.toMatchObject({ code: 'conflict' });
    await catalogue.editor.unmerge('coolant', 'anna');
    expect(catalogue.resolve('Cool 1')).toEqual({ index: coolant });
    expect(catalogue.get('flow')?.merged).toEqual([]);
  });
});

describe('discovery', () => {
  test('makes each unknown field a metric of the kind of its first value, and keeps what it was called', async () => {
    const { catalogue, events, open } = await start();
    const found = await catalogue.discover([
      field('Motor.Current L1', 3.71),
      field('Temperature', 20),
      field('running', true),
      field('Mode', 'AUTO'),
      field('motorCurrentL1', 3),
      field('%', 1),
      field('nested', { a: 1 }),
      field('note', 'x'.repeat(65)),
    ]);
    expect(found.map((each) => nameAt(catalogue, each))).toEqual([
      ...['motor_current_l1', 'temperature', 'running', 'mode', 'motor_current_l1'],
      ...[{ refused: 'unknown_metric' }, { refused: 'not_a_number' }, { refused: 'not_a_number' }],
    ]);
    expect(catalogue.views.metric('motor_current_l1')).toMatchObject({
      ...{ label: 'Motor Current L1', kind: 'gauge', status: 'discovered', decimals: 2, unit: null, min: null },
      aliases: ['Motor.Current L1', 'motorCurrentL1'],
      discovered: { field: 'Motor.Current L1', gateway: 'gw-1', at: new Date(NOW).toISOString() },
    });
    expect(catalogue.get('running')?.kind).toBe('boolean');
    expect(catalogue.get('mode')).toMatchObject({ kind: 'state', states: ['AUTO'] });
    const changed = events.filter((event) => event.kind === 'metrics_changed');
    expect(changed).toEqual([
      { kind: 'metrics_changed', metrics: ['mode', 'motor_current_l1', 'running'], types: [], machineIds: [] },
    ]);
    expect((await open()).views.metric('mode')).toEqual(catalogue.views.metric('mode'));
  });

  test('asks for approval, or refuses, as the setting says', async () => {
    const { catalogue, settings } = await start();
    await settings.update('metric_discovery', 'approve', 'anna');
    await catalogue.discover([field('flow', 1)]);
    expect(catalogue.get('flow')?.status).toBe('pending');
    await catalogue.editor.accept('flow', 'anna');
    expect(catalogue.get('flow')?.status).toBe('active');
    await settings.update('metric_discovery', 'off', 'anna');
    expect(await catalogue.discover([field('level', 1), field('flow', 1)])).toEqual([
      { refused: 'unknown_metric' },
      { index: catalogue.indexOf('flow') },
    ]);
    expect(catalogue.get('level')).toBeUndefined();
  });

  test('takes at most a hundred new names of a gateway within an hour', async () => {
    const { catalogue, clock } = await start();
    const many = Array.from({ length: 101 }, (_, i) => field(`f${i}`, i));
    const found = await catalogue.discover(many);
    expect(found.filter((each) => 'index' in each)).toHaveLength(100);
    expect(found.at(-1)).toEqual({ refused: 'too_many_metrics' });
    expect(await catalogue.discover([field('f100', 1, 'gw-2')])).toEqual([{ index: expect.any(Number) }]);
    clock.now += HOUR;
    expect(await catalogue.discover([field('f101', 1)])).toEqual([{ index: expect.any(Number) }]);
  });

  test('of one name by two nodes at once makes one metric', async () => {
    const { catalogue, open } = await start();
    const other = await open();
    const names = ['a1', 'a2', 'a3'];
    const both = await Promise.all([
      catalogue.discover(names.map((name) => field(name, 1))),
      other.discover([...names].reverse().map((name) => field(name, 'on'))),
      catalogue.discover([field('a2', 1)]),
    ]);
    expect(both.flat().every((each) => 'index' in each)).toBe(true);
    await Promise.all([catalogue.reload(), other.reload()]);
    for (const name of names) expect(other.views.metric(name)).toEqual(catalogue.views.metric(name));
  });

  test('rejects while the database is away, and creates the metric afterwards', async () => {
    const { catalogue, database } = await start();
    const broken = vi.spyOn(database.db, 'transaction').mockImplementation(() => {
      throw new AppError('store_unavailable');
    });
    await expect(catalogue.discover([field('flow', 1)])).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(await catalogue.discover([field('temperature', 1)])).toEqual([{ index: 0 }]);
    broken.mockRestore();
    expect(await catalogue.discover([field('flow', 1)])).toEqual([{ index: 3 }]);
  });

  test('is ended by a description, and remembers the newest value until then', async () => {
    const { catalogue, clock } = await start();
    await catalogue.discover([field('flow', 1)]);
    const index = catalogue.indexOf('flow') as number;
    for (const value of [1, 2, 3]) {
      catalogue.noteArrival(index, value, MACHINE, 'gw-1', clock.now);
      clock.now += 2000;
    }
    expect(catalogue.views.metric('flow')?.newest).toMatchObject({ value: 3, machine_id: MACHINE, every_seconds: 2 });
    expect(catalogue.arrivals.takeDelta()).toMatchObject({ flow: { value: 3 } });
    expect(catalogue.arrivals.takeDelta()).toBeNull();
    await catalogue.editor.update('flow', { label: 'Coolant flow', unit: 'l/min' }, 'anna');
    expect(catalogue.views.metric('flow')).toMatchObject({
      ...{ status: 'active', unit: 'L/min', unit_code: 'L/min', newest: null, updated_by: 'anna' },
    });
    catalogue.noteArrival(index, 4, MACHINE, 'gw-1', clock.now);
    expect(catalogue.arrivals.takeDelta()).toBeNull();
  });

  test('says how often one machine sends it, also while others do and while a backlog arrives', async () => {
    const { catalogue, clock } = await start();
    await catalogue.discover([field('flow', 1)]);
    const index = catalogue.indexOf('flow') as number;
    const every = () => catalogue.views.metric('flow')?.newest?.every_seconds;
    const measured = clock.now - 3_600_000;
    const others = ['00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-0000000000b2'];
    for (let i = 0; i < 20; i++) {
      for (const machineId of [MACHINE, ...others])
        catalogue.noteArrival(index, i, machineId, 'gw-1', measured + i * 5000);
    }
    expect(every()).toBe(5);
    // One that is read again says nothing new.
    catalogue.noteArrival(index, 1, MACHINE, 'gw-1', measured);
    expect(every()).toBe(5);
    // The watched machine is gone: another one says how often.
    clock.now += 700_000;
    for (let i = 0; i < 3; i++) catalogue.noteArrival(index, i, others[0] as string, 'gw-1', clock.now + i * 60_000);
    expect(every()).toBe(60);
  });
});

describe('states', () => {
  async function withMode() {
    const started = await start();
    await started.catalogue.discover([field('mode', 'AUTO')]);
    return { ...started, mode: started.catalogue.indexOf('mode') as number };
  }

  test('get codes in the order in which they come, which stay when the metric is deleted', async () => {
    const { catalogue, mode, open } = await withMode();
    const other = await open();
    const codes = await Promise.all([catalogue.addState(mode, ' STOP '), catalogue.addState(mode, 'STOP')]);
    expect(codes).toEqual([1, 1]);
    expect(await other.addState(other.indexOf('mode') as number, 'RUN')).toBe(2);
    await catalogue.reload();
    expect(['AUTO', 'STOP', ' RUN', 'IDLE'].map((text) => catalogue.stateCode(mode, text))).toEqual([
      0,
      1,
      2,
      undefined,
    ]);
    await catalogue.editor.delete('mode', 'anna');
    await catalogue.discover([field('mode', 'IDLE')]);
    expect(catalogue.get('mode')?.states).toEqual(['AUTO', 'STOP', 'RUN', 'IDLE']);
  });

  test('of more than 32 texts within the first hour are free text; later there may be 256', async () => {
    const { catalogue, mode, clock, events } = await withMode();
    for (let i = 1; i < 32; i++) expect(await catalogue.addState(mode, `text ${i}`)).toBe(i);
    expect(await catalogue.addState(mode, 'one too many')).toBeNull();
    expect(catalogue.at(mode)?.isFreeText).toBe(true);
    expect(events.at(-1)).toMatchObject({ kind: 'metrics_changed', metrics: ['mode'] });
    expect(await catalogue.addState(mode, 'another')).toBeNull();

    await catalogue.discover([field('step', 'a')]);
    clock.now += HOUR;
    const step = catalogue.indexOf('step') as number;
    for (let i = 1; i < 256; i++) await catalogue.addState(step, `text ${i}`);
    expect(catalogue.at(step)).toMatchObject({ isFreeText: false });
    expect(await catalogue.addState(step, 'one too many')).toBeNull();
  });

  test('of a pair such as off and on can be made a boolean', async () => {
    const { catalogue, mode } = await withMode();
    await catalogue.discover([field('Pump', 'ON')]);
    expect(catalogue.get('pump')?.states).toEqual(['OFF', 'ON']);
    await catalogue.editor.update('pump', { kind: 'boolean' }, 'anna');
    expect(catalogue.get('pump')?.kind).toBe('boolean');
    await expect(catalogue.editor.update('mode', { kind: 'boolean' }, 'anna')).rejects.toMatchObject({
      code: 'validation_failed',
    });
    expect(await catalogue.addState(mode, 'x'.repeat(65))).toBeNull();
  });
});

describe('the metrics of machines', () => {
  test('are bounded for each machine, and survive a restart', async () => {
    const { catalogue, open } = await start();
    for (let index = 0; index < MAX_METRICS_PER_MACHINE; index++) catalogue.series.note(MACHINE, index, NOW);
    expect(catalogue.mayAddSeries(MACHINE, 3)).toBe(true);
    expect(catalogue.mayAddSeries(MACHINE, MAX_METRICS_PER_MACHINE)).toBe(false);
    expect(catalogue.mayAddSeries('another', MAX_METRICS_PER_MACHINE)).toBe(true);
    catalogue.forgetMachine(MACHINE);
    catalogue.series.note(MACHINE, 1, NOW);
    await catalogue.stop();
    const again = await open();
    expect([...again.series.of(MACHINE)]).toEqual([1]);
    expect(again.views.metric('pressure')?.machines).toBe(1);
  });

  test('retire a metric that still arrives when it is deleted', async () => {
    const { catalogue, clock } = await start();
    await catalogue.editor.create({ name: 'flow' }, 'anna');
    catalogue.series.note(MACHINE, catalogue.indexOf('flow') as number, NOW);
    await catalogue.editor.delete('flow', 'anna');
    expect(catalogue.get('flow')?.status).toBe('retired');
    clock.now += 24 * HOUR;
    await catalogue.editor.delete('flow', 'anna');
    expect(catalogue.get('flow')).toBeUndefined();
    expect(catalogue.series.of(MACHINE).size).toBe(0);
  });

  test('follow the machine before its type before the plant', async () => {
    const { catalogue } = await start();
    await catalogue.editor.create({ name: 'flow', min: 0, max: 100, unit: 'L/min', limits: { high: 90 } }, 'anna');
    const flow = catalogue.indexOf('flow') as number;
    expect(catalogue.definitionOf(MACHINE, 'pump').rangeOf(flow)).toEqual({ min: 0, max: 100 });
    const type = { metrics: [{ name: 'flow', max: 50, label: 'Cooling' }], headline: ['flow'], charts: [] };
    await catalogue.types.put('pump', { ...type, limits: { flow: { high: 40 } }, inactivity_timeout: 60 }, 'anna');
    const overrides = { metrics: [{ name: 'flow', max: 60 }], inactivity_timeout: null };
    await catalogue.types.saveOverrides(MACHINE, overrides);
    expect(catalogue.definitionOf(MACHINE, 'pump').rangeOf(flow)).toEqual({ min: 0, max: 60 });
    expect(catalogue.definitionOf('another', 'pump').rangeOf(flow)).toEqual({ min: 0, max: 50 });
    expect(catalogue.definitionOf('another', 'pump')).toBe(catalogue.definitionOf('third', 'pump'));
    const { metrics, headline, inactivity_timeout } = catalogue.views.ofMachine(MACHINE, 'pump', {});
    expect(metrics.map(({ name }) => name)).toEqual(['flow', ...METRIC_NAMES]);
    expect(metrics[0]).toMatchObject({
      ...{ label: 'Cooling', min: 0, max: 60, of_type: true, has_values: false },
      limits: { high: 40, high_high: null },
      sources: { label: 'type', min: 'plant', max: 'machine', limits: { high: 'type' } },
    });
    expect([headline, inactivity_timeout]).toEqual([['flow'], { value: 60, source: 'type' }]);
  });
});

describe('the limits of the metrics of every plant', () => {
  test('low and high are the settings, whose text changes only with the number', async () => {
    const { catalogue, settings } = await start();
    await catalogue.editor.update('temperature', { limits: { low: 50, high: 85.5, high_high: 95 } }, 'anna');
    expect(settings.all()).toMatchObject({ min_temperature_threshold: '50.0', max_temperature_threshold: '85.5' });
    expect(catalogue.plantLimits(0)).toEqual({ low_low: null, low: 50, high: 85.5, high_high: 95 });
    expect(catalogue.get('temperature')?.record.limits).toMatchObject({ high: null, high_high: 95 });
    await catalogue.editor.update('temperature', { limits: { low: null } }, 'anna');
    expect(settings.all().min_temperature_threshold).toBe('');
    await settings.update('max_temperature_threshold', '70', 'ben');
    expect(catalogue.views.metric('temperature')?.limits.high).toBe(70);
  });

  test('cannot contradict each other, whichever way they are changed', async () => {
    const { catalogue, settings } = await start();
    await catalogue.editor.update('temperature', { limits: { high_high: 90 } }, 'anna');
    await expect(settings.update('max_temperature_threshold', '95', 'ben')).rejects.toMatchObject({
      code: 'invalid_setting',
    });
    const low = catalogue.editor.update('temperature', { limits: { low: 85, low_low: 86 } }, 'anna');
    await expect(low).rejects.toMatchObject({ code: 'validation_failed' });
    expect(settings.all().min_temperature_threshold).toBe('50.0');
    await catalogue.editor.update('temperature', { limits: { high: 95, high_high: 99 } }, 'anna');
    expect(catalogue.plantLimits(0)).toMatchObject({ high: 95, high_high: 99 });
  });
});
