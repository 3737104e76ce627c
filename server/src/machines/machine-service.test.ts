import {
  type AlarmState,
  MACHINE_CONDITIONS,
  MACHINE_SORTS,
  MACHINE_STATUSES,
  type Machine,
  type MachineInput,
  METRICS,
} from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openSqlite } from '../../test/conformance/open-sql.ts';
import { openCatalogue } from '../../test/support/open-catalogue.ts';
import type { DomainEvent } from '../events/domain-events.ts';
import { LocalEventBus } from '../events/local-event-bus.ts';
import { silentLogger } from '../log.ts';
import { BatchBuilder, EMPTY_BATCH, GOOD, type ReadingBatch } from '../readings/reading-batch.ts';
import { SettingsService } from '../settings/settings-service.ts';
import { SqlSettingRepository } from '../settings/sql-setting-repository.ts';
import { type MachineQuery, MachineService } from './machine-service.ts';
import { SqlMachineRepository } from './sql-machine-repository.ts';

const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;
const UNKNOWN = '99999999-9999-4999-8999-999999999999';

const input = (name: string, more: Partial<MachineInput> = {}): MachineInput => ({
  name,
  location: 'Hall A',
  sensor_type: 'Press',
  status: 'active',
  ...more,
});
const query = (more: Partial<MachineQuery> = {}): MachineQuery => ({
  limit: 100,
  offset: 0,
  sort: { by: 'name', descending: false },
  ...more,
});
/** Rows of machine, time and values of the first metrics; NaN stands for not measured. */
type Row = [machineId: string, timestampMs: number, ...values: number[]];
function batchOf(...rows: Row[]): ReadingBatch {
  const builder = new BatchBuilder();
  for (const [machineId, timestampMs, ...values] of rows) {
    for (const [metric, value] of values.entries()) if (!Number.isNaN(value)) builder.addValue(metric, value, GOOD);
    builder.endReading(machineId, timestampMs);
  }
  return builder.finish();
}

async function start() {
  const database = await openSqlite();
  const clock = { now: NOW, nowMs: () => clock.now };
  const bus = new LocalEventBus(silentLogger);
  const events: DomainEvent[] = [];
  // The types of the machines are events of the catalogue.
  bus.subscribe((event) => event.kind !== 'metrics_changed' && events.push(event));
  const settings = new SettingsService({ repository: new SqlSettingRepository(database), bus, clock });
  await settings.start();
  const { metricService, catalogue } = await openCatalogue({ database, settings, bus, clock });
  const repository = new SqlMachineRepository(database);
  const open = async (latest = EMPTY_BATCH) => {
    const service = new MachineService({ repository, metricService, catalogue, bus, clock });
    await service.start(latest);
    return service;
  };
  return { clock, events, settings, repository, open, service: await open() };
}
const NO_CONDITIONS = Object.fromEntries(MACHINE_CONDITIONS.map((condition) => [condition, 0]));
const names = (result: { machines: Machine[] }) => result.machines.map((machine) => machine.name);
const idOf = (machines: Machine[], at = 0) => machines[at]?.machine_id ?? '';

describe('creating, changing and deleting', () => {
  test('returns, stores and publishes new machines', async () => {
    const { service, events, open } = await start();
    const created = await service.create([input('B'), input('A', { status: 'maintenance' })]);
    expect(created).toMatchObject([
      { name: 'B', connection: 'never', last_seen: null, latest: null, status: 'active' },
      { name: 'A', status: 'maintenance' },
    ]);
    expect(events).toEqual(
      created.map(({ machine_id }) => ({ kind: 'machine', change: 'created', machineId: machine_id })),
    );
    expect((await open()).list(query())).toEqual(service.list(query()));
  });

  test('names every row whose name is in use, by a stored machine or an earlier row', async () => {
    const { service, events } = await start();
    await service.create([input('Stored')]);
    const attempt = service.create([input('new'), input('STORED'), input('NEW'), input('other')]);
    await expect(attempt).rejects.toMatchObject({
      code: 'name_taken',
      faults: [
        { field: '[1].name', value: 'STORED', error: 'A machine with this name already exists' },
        { field: '[2].name', value: 'NEW', error: 'Row 0 of the request has the same name' },
      ],
    });
    expect(service.summary().total).toBe(1);
    expect(events).toHaveLength(1);
  });

  test('names the row also if another request created the machine first', async () => {
    const { service } = await start();
    const [first, second] = await Promise.allSettled([service.create([input('a')]), service.create([input('A')])]);
    expect(first.status).toBe('fulfilled');
    expect(second).toMatchObject({ reason: { code: 'name_taken', faults: [{ field: '[0].name' }] } });
  });

  test('uses the ids that are given', async () => {
    const { service } = await start();
    expect(idOf(await service.create([input('a', { machine_id: UNKNOWN })]))).toBe(UNKNOWN);
  });

  test('imports many at once', async () => {
    const { service } = await start();
    const created = await service.create(Array.from({ length: 1200 }, (_, i) => input(`M ${i}`)));
    expect(created[1199]?.name).toBe('M 1199');
    expect(service.summary().total).toBe(1200);
  });

  test('publishes a change, and a change of the status separately', async () => {
    const { service, events } = await start();
    const machineId = idOf(await service.create([input('a')]));
    events.length = 0;
    expect(await service.update(machineId, { location: 'Hall B' })).toMatchObject({ location: 'Hall B' });
    expect(events).toEqual([{ kind: 'machine', change: 'updated', machineId }]);
    await service.update(machineId, { status: 'error' });
    expect(events.slice(1)).toEqual([
      { kind: 'machine', change: 'updated', machineId },
      { kind: 'machine_status', machineIds: [machineId], status: 'error' },
    ]);
    expect(names(service.list(query({ location: 'hall b', status: 'error' })))).toEqual(['a']);
  });

  test('frees the old name of a renamed or deleted machine', async () => {
    const { service, events } = await start();
    const machineId = idOf(await service.create([input('a')]));
    await service.update(machineId, { name: 'b' });
    await service.create([input('A')]);
    await expect(service.create([input('B')])).rejects.toMatchObject({ code: 'name_taken' });
    await service.delete(machineId);
    expect(events.at(-1)).toEqual({ kind: 'machine', change: 'deleted', machineId });
    expect(service.get(machineId)).toBeUndefined();
    expect(names(service.list(query()))).toEqual(['A']);
    await service.create([input('B')]);
  });

  test('rejects commands for an unknown machine, and publishes no event', async () => {
    const { service, events } = await start();
    await expect(service.update(UNKNOWN, { name: 'x' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(service.delete(UNKNOWN)).rejects.toMatchObject({ code: 'not_found' });
    await expect(service.limits.save(UNKNOWN, {})).rejects.toMatchObject({ code: 'not_found' });
    expect(events).toEqual([]);
  });

  test('is empty after a stop, which is safe twice', async () => {
    const { service } = await start();
    await service.create([input('a')]);
    service.stop();
    service.stop();
    expect([...service.entries()]).toEqual([]);
    expect(service.list(query()).total).toBe(0);
  });
});

describe('newest readings', () => {
  test('with an impossible time do not make a machine online', async () => {
    const { service, clock } = await start();
    const machineId = idOf(await service.create([input('a')]));
    service.observe(batchOf([machineId, NOW + 60_000, 71.5]));
    expect(service.list(query()).machines[0]?.connection).toBe('online');
    clock.now = NOW - 8760 * HOUR;
    expect(service.list(query()).machines[0]?.connection).toBe('stale');
    service.observe(batchOf([machineId, clock.now, 71.5]));
    expect(service.list(query()).machines[0]?.connection).toBe('online');
  });

  test('come from the store at the start and from later readings', async () => {
    const { service, open } = await start();
    const machineId = idOf(await service.create([input('a')]));
    const again = await open(batchOf([machineId, NOW - 1000, 71.5, Number.NaN, 0], [UNKNOWN, NOW, 1]));
    const seen = again.get(machineId);
    expect(seen && again.view(seen)).toMatchObject({
      connection: 'online',
      last_seen: '2027-01-15T07:59:59.000Z',
      latest: {
        timestamp: '2027-01-15T07:59:59.000Z',
        temperature: 71.5,
        pressure: null,
        speed: 0,
        at: { temperature: '2027-01-15T07:59:59.000Z', speed: '2027-01-15T07:59:59.000Z' },
      },
    });
    again.observe(batchOf([machineId, NOW, 72]));
    expect(again.list(query()).machines[0]?.latest).toEqual({
      timestamp: '2027-01-15T08:00:00.000Z',
      temperature: 72,
      pressure: null,
      speed: 0,
      at: { temperature: '2027-01-15T08:00:00.000Z', speed: '2027-01-15T07:59:59.000Z' },
    });
  });

  test('that were stored while the clock was ahead are replaced by the next reading', async () => {
    const { service } = await start();
    const machineId = idOf(await service.create([input('a')]));
    const latest = () => service.list(query()).machines[0]?.latest;
    service.observe(batchOf([machineId, NOW - 2000, Number.NaN, 5], [machineId, NOW + HOUR, 60, Number.NaN, 1480]));
    expect(latest()).toMatchObject({ timestamp: '2027-01-15T09:00:00.000Z', temperature: 60, pressure: 5 });
    service.observe(batchOf([machineId, NOW - 3000, 61]));
    expect(latest()).toEqual({
      timestamp: '2027-01-15T07:59:58.000Z',
      temperature: 61,
      pressure: 5,
      speed: null,
      at: { temperature: '2027-01-15T07:59:57.000Z', pressure: '2027-01-15T07:59:58.000Z' },
    });
  });

  test('are the newest of each metric, and for equal times the last one stored, in any order of arrival', async () => {
    const { service } = await start();
    const value = fc.oneof(fc.constant(Number.NaN), fc.integer({ min: 0, max: 99 }));
    const row = fc
      .tuple(fc.integer({ min: 0, max: 4 }), value, value, value)
      .filter(([, ...values]) => values.some((each) => !Number.isNaN(each)));
    const baseMs = NOW - HOUR;
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 5 }),
        async (rows, size) => {
          const machineId = idOf(await service.create([input(crypto.randomUUID())]));
          const readings = rows.map(([time, ...values]): Row => [machineId, baseMs + time, ...values]);
          for (let at = 0; at < rows.length; at += size) {
            service.observe(batchOf(...readings.slice(at, at + size)));
          }
          const newestMs = Math.max(...readings.map((each) => each[1]));
          const newest = METRICS.map((_, m) =>
            readings
              .filter((each) => !Number.isNaN(each[2 + m] as number))
              .reduce<Row | null>((kept, next) => (kept !== null && kept[1] > next[1] ? kept : next), null),
          );
          const entry = service.get(machineId);
          expect(entry?.latestMs).toBe(newestMs);
          expect(METRICS.map((_, m) => entry?.latest.value(m))).toEqual(
            newest.map((each, m) => each?.[2 + m] ?? Number.NaN),
          );
          expect(METRICS.map((_, m) => entry?.latest.timeMs(m))).toEqual(
            newest.map((each) => each?.[1] ?? Number.NEGATIVE_INFINITY),
          );
        },
      ),
    );
  });

  test('make a machine stale when they are older than the inactivity timeout, also when the timeout changes', async () => {
    const { clock, service, settings } = await start();
    const machineId = idOf(await service.create([input('a'), input('b')]));
    service.observe(batchOf([machineId, NOW, 1]));
    const connections = () => service.summary().byConnection;
    clock.now = NOW + HOUR;
    expect(connections()).toEqual({ online: 1, stale: 0, never: 1 });
    clock.now = NOW + HOUR + 1;
    expect(connections()).toEqual({ online: 0, stale: 1, never: 1 });
    await settings.update('inactivity_timeout', '7200', 'anna');
    expect(connections()).toEqual({ online: 1, stale: 0, never: 1 });
  });
});

describe('limits', () => {
  test('follow the settings, the sensor type and the machine at once', async () => {
    const { service, events, settings, open } = await start();
    const created = await service.create([input('a'), input('b', { sensor_type: 'Pump' })]);
    const [a, b] = [idOf(created), idOf(created, 1)];
    const high = (machineId: string) => service.limits.effective(machineId).temperature.high;
    expect([high(a), high(b), high(UNKNOWN)]).toEqual([80, 80, 80]);
    expect(service.limits.effective(a)).toBe(service.limits.effective(a));
    events.length = 0;

    await settings.update('max_temperature_threshold', '85', 'anna');
    expect([high(a), high(b), high(UNKNOWN)]).toEqual([85, 85, 85]);
    await service.limits.saveOfType('Pump', { temperature: { high: 90 } });
    expect([high(a), high(b), high(UNKNOWN)]).toEqual([85, 90, 85]);
    await service.limits.save(b, { temperature: { high: 95 } });
    expect([high(a), high(b)]).toEqual([85, 95]);
    await service.update(a, { sensor_type: 'Pump' });
    expect([high(a), high(b)]).toEqual([90, 95]);
    expect(events.filter((event) => event.kind === 'limits')).toEqual([
      { kind: 'limits', machineId: null },
      { kind: 'limits', machineId: b },
    ]);

    const again = await open();
    expect(again.limits.own(b)).toEqual({ temperature: { high: 95 } });
    expect(again.limits.own(a)).toEqual({});
    expect(again.limits.ofSensorType('Pump')).toEqual({ temperature: { high: 90 } });
    expect(again.limits.effective(a)).toEqual(service.limits.effective(a));
    await service.limits.save(b, {});
    expect(high(b)).toBe(90);
  });
});

describe('lists', () => {
  const fleet = async () => {
    const started = await start();
    const { service } = started;
    const created = await service.create([
      input('Press 10', { location: 'Hall B', status: 'error' }),
      input('press 2', { location: 'hall a', sensor_type: 'Vibration' }),
      input('Ölmühle', { location: 'Hall A', sensor_type: 'Vibration', status: 'maintenance' }),
      input('Anvil', { location: 'Hall B' }),
    ]);
    service.observe(batchOf([idOf(created, 0), NOW - 5, 1], [idOf(created, 3), NOW - 2 * HOUR, 1]));
    return { ...started, created };
  };

  test.each<[Partial<MachineQuery>, string[]]>([
    [{}, ['Anvil', 'Ölmühle', 'press 2', 'Press 10']],
    [{ location: 'HALL A' }, ['Ölmühle', 'press 2']],
    [{ status: 'active' }, ['Anvil', 'press 2']],
    [{ sensorType: 'vibration' }, ['Ölmühle', 'press 2']],
    [{ connection: 'online' }, ['Press 10']],
    [{ connection: 'stale' }, ['Anvil']],
    [{ connection: 'never' }, ['Ölmühle', 'press 2']],
    [{ search: ' ESS 1 ' }, ['Press 10']],
    [{ search: 'press_1' }, ['Press 10']],
    [{ search: 'press-10' }, ['Press 10']],
    [{ search: 'press' }, ['Anvil', 'press 2', 'Press 10']],
    [{ search: 'ÖLMÜ' }, ['Ölmühle']],
    [{ search: 'hall b', connection: 'online' }, ['Press 10']],
    [{ search: 'vibr', status: 'maintenance' }, ['Ölmühle']],
    [{ search: 'nothing like it' }, []],
    [{ limit: 2, offset: 1 }, ['Ölmühle', 'press 2']],
    [{ offset: 10 }, []],
  ])('%j finds %j', async (filter, expected) => {
    const { service } = await fleet();
    expect(names(service.list(query(filter)))).toEqual(expected);
  });

  test.each<[MachineQuery['sort'], string[]]>([
    [{ by: 'name', descending: true }, ['Press 10', 'press 2', 'Ölmühle', 'Anvil']],
    [{ by: 'location', descending: false }, ['Ölmühle', 'press 2', 'Anvil', 'Press 10']],
    [{ by: 'location', descending: true }, ['Anvil', 'Press 10', 'Ölmühle', 'press 2']],
    [{ by: 'status', descending: false }, ['Anvil', 'press 2', 'Ölmühle', 'Press 10']],
    [{ by: 'last_seen', descending: false }, ['Anvil', 'Press 10', 'Ölmühle', 'press 2']],
    [{ by: 'last_seen', descending: true }, ['Press 10', 'Anvil', 'Ölmühle', 'press 2']],
  ])('sorted by %j stand as %j', async (sort, expected) => {
    const { service } = await fleet();
    expect(names(service.list(query({ sort })))).toEqual(expected);
  });

  test('finds a machine by a part of its id', async () => {
    const { service, created } = await fleet();
    const { machines } = service.list(query({ search: idOf(created, 2).slice(4, 30).toUpperCase() }));
    expect(machines[0]?.name).toBe('Ölmühle');
  });

  test('count all matches, and each match is on exactly one page', async () => {
    const { service } = await start();
    await service.create(Array.from({ length: 57 }, (_, i) => input(`M ${i % 2 ? 'x' : 'y'} ${i}`)));
    for (const by of MACHINE_SORTS) {
      for (const descending of [true, false]) {
        const seen: string[] = [];
        for (let offset = 0; offset < 29; offset += 10) {
          const page = service.list(query({ search: 'm y', limit: 10, offset, sort: { by, descending } }));
          expect(page.total).toBe(29);
          seen.push(...names(page));
        }
        expect(new Set(seen).size).toBe(29);
      }
    }
  });

  describe('by condition', () => {
    const alarms = async () => {
      const { service } = await start();
      const created = await service.create([
        ...MACHINE_STATUSES.map((status) => input(`${status} 1`, { status })),
        input('b critical'),
        input('a critical'),
        input('acked', { location: 'Hall B' }),
        input('warning', { status: 'error' }),
        input('stale'),
        input('never'),
      ]);
      const id = (name: string) => created.find((machine) => machine.name === name)?.machine_id ?? '';
      service.observe(
        batchOf(
          ...created
            .filter(({ name }) => name !== 'never')
            .map(({ machine_id }): Row => [machine_id, NOW - 2 * HOUR, 1]),
          ...created
            .filter(({ name }) => !['never', 'stale'].includes(name))
            .map(({ machine_id }): Row => [machine_id, NOW - 1, 1]),
        ),
      );
      const states = new Map<string, AlarmState>([
        [id('a critical'), { severity: 'critical', acknowledged: false }],
        [id('b critical'), { severity: 'critical', acknowledged: false }],
        [id('acked'), { severity: 'critical', acknowledged: true }],
        [id('warning'), { severity: 'warning', acknowledged: false }],
      ]);
      return { service, alarmOf: (machineId: string) => states.get(machineId) ?? null };
    };
    const WORST_FIRST = [
      'a critical',
      'b critical',
      'acked',
      'warning',
      'error 1',
      'stale',
      'maintenance 1',
      'active 1',
      'inactive 1',
      'never',
    ];

    test('are sorted with the worst first and by name, or in reverse', async () => {
      const { service, alarmOf } = await alarms();
      const sorted = (descending: boolean) =>
        names(service.list(query({ sort: { by: 'condition', descending } }), alarmOf));
      expect(sorted(false)).toEqual(WORST_FIRST);
      const [a, b, ...others] = WORST_FIRST;
      expect(sorted(true)).toEqual([...others.reverse(), a, b]);
      const page = service.list(query({ sort: { by: 'condition', descending: false }, limit: 3, offset: 2 }), alarmOf);
      expect([names(page), page.total]).toEqual([WORST_FIRST.slice(2, 5), WORST_FIRST.length]);
    });

    test.each<[Partial<MachineQuery>, string[]]>([
      [{ alarm: 'any' }, ['a critical', 'acked', 'b critical', 'warning']],
      [{ alarm: 'critical' }, ['a critical', 'acked', 'b critical']],
      [{ alarm: 'warning' }, ['warning']],
      [{ alarm: 'any', location: 'Hall B' }, ['acked']],
    ])('%j finds %j', async (filter, expected) => {
      const { service, alarmOf } = await alarms();
      expect(names(service.list(query(filter), alarmOf))).toEqual(expected);
    });

    test('are counted once each', async () => {
      const { service, alarmOf } = await alarms();
      expect(service.summary(alarmOf).byCondition).toEqual({
        ...NO_CONDITIONS,
        critical: 2,
        critical_acked: 1,
        warning: 1,
        error: 1,
        stale: 1,
        maintenance: 1,
        normal: 1,
        inactive: 1,
        never: 1,
      });
    });
  });

  test('have a summary of all machines', async () => {
    const { service } = await fleet();
    expect(service.summary()).toEqual({
      total: 4,
      byStatus: { active: 2, inactive: 0, maintenance: 1, error: 1 },
      byConnection: { online: 1, stale: 1, never: 2 },
      byCondition: { ...NO_CONDITIONS, error: 1, stale: 1, maintenance: 1, never: 1 },
      locations: [
        { name: 'hall a', count: 1 },
        { name: 'Hall A', count: 1 },
        { name: 'Hall B', count: 2 },
      ],
      sensorTypes: [
        { name: 'Press', count: 2 },
        { name: 'Vibration', count: 2 },
      ],
    });
  });
});
