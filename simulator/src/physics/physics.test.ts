import { describe, expect, it } from 'vitest';
import type { SentValues } from '../sent-values.ts';
import { MACHINE_TYPES, type MachineType } from './machine-types.ts';
import type { Moment } from './physics.ts';
import { seededRandom } from './random.ts';

const START_MS = Date.UTC(2026, 0, 15, 8);

/** One reading a second. `at` changes the moment of each second. */
function run(type: MachineType, seconds: number, at: (second: number) => Partial<Moment>): SentValues[] {
  const moment = (second: number): Moment => ({
    ...{ nowMs: START_MS + second * 1000, seconds: second === 0 ? 0 : 1, load: 1, isBusy: true },
    ...{ fault: null, nextFault: 'none', wear: 0 },
    ...at(second),
  });
  const physics = MACHINE_TYPES[type].create(moment(0), seededRandom(1));
  return Array.from({ length: seconds }, (_, second) => {
    physics.advance(moment(second));
    return physics.measure(true);
  });
}

const column = (rows: readonly SentValues[], name: string) => rows.map((row) => row[name] as number);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const last = (rows: readonly SentValues[]) => rows.at(-1) as SentValues;

/** A fault that begins after `fromS` and grows before, as in the machine model. */
const fault = (kind: string, fromS: number) => (second: number) => ({
  nextFault: kind,
  fault: second >= fromS ? kind : null,
  wear: Math.exp(Math.min(0, second - fromS) / 720),
});

describe('a drive', () => {
  it('needs more current, power and torque the more it is loaded, and becomes warmer', () => {
    const [idle, half, full] = [0, 0.5, 1].map((load) => last(run('Motor', 1500, () => ({ load }))));
    for (const name of ['motor_current', 'active_power', 'torque', 'temperature', 'bearing_temperature', 'speed']) {
      expect(half?.[name]).toBeGreaterThan(idle?.[name] as number);
      expect(full?.[name]).toBeGreaterThan(half?.[name] as number);
    }
    expect(full).not.toHaveProperty('pressure');
  });

  it.each(['Pump', 'Motor', 'Compressor'] as const)(
    'of type %s vibrates more and more for half an hour before a bearing fails, and its bearing becomes hot',
    (type) => {
      const rows = run(type, 3700, fault('bearing', 3600));
      const tenMinutes = Array.from({ length: 6 }, (_, i) => rows.slice(i * 600, i * 600 + 600));
      const vibration = tenMinutes.map((part) => mean(column(part, 'vibration_rms')));
      for (let i = 3; i < 6; i++) expect(vibration[i]).toBeGreaterThan(1.15 * (vibration[i - 1] as number));
      expect(vibration[5]).toBeGreaterThan(2.5 * (vibration[0] as number));
      const heat = tenMinutes.map((part) => mean(column(part, 'bearing_temperature')));
      expect(heat[5]).toBeGreaterThan((heat[0] as number) + 10);
      // The alarm on temperature comes when the vibration has told it long before.
      expect(Math.max(...column(rows.slice(0, 3600), 'temperature'))).toBeLessThan(80);
      expect(last(rows).temperature).toBeGreaterThan(80);
    },
  );

  it('says stopped, needs no current and makes no parts while it is stalled', () => {
    const rows = run('CNC machine', 1200, (second) => (second < 600 ? {} : { fault: 'stall', nextFault: 'stall' }));
    const [running, stopped] = [rows[599], rows.slice(620)] as [SentValues, SentValues[]];
    expect(running).toMatchObject({ machine_state: 'running', door_open: false });
    expect(running.part_count).toBe(Math.floor(599 / 126));
    for (const row of stopped) {
      expect(row).toMatchObject({ machine_state: 'stopped', part_count: running.part_count, motor_current: 0 });
    }
  });

  it('makes parts under load only, and counts each shift for itself', () => {
    const idle = run('Injection moulding machine', 900, () => ({ isBusy: false, load: 0.25 }));
    expect(new Set(column(idle, 'part_count'))).toEqual(new Set([0]));
    expect(last(idle)).toMatchObject({ machine_state: 'idle', clamping_force: 0 });
    const toShift = Date.UTC(2026, 0, 15, 14) - START_MS;
    const rows = run('Injection moulding machine', 7200, (s) => ({ nowMs: START_MS + toShift - 3_600_000 + s * 1000 }));
    expect(column(rows, 'part_count')[3599]).toBe(Math.floor(3599 / 27));
    expect(column(rows, 'part_count')[3600]).toBe(0);
    expect(column(rows, 'part_count').at(-1)).toBe(Math.floor(3599 / 27));
  });

  it('loses oil and pressure in a leak, and flow in a blockage', () => {
    const leak = run('Compressor', 1100, fault('leak', 900));
    expect(last(leak).oil_level).toBeLessThan((leak[0]?.oil_level as number) - 30);
    expect(last(leak).pressure).toBeLessThan(80);
    expect(last(leak).dew_point).toBeGreaterThan(last(run('Compressor', 900, () => ({}))).dew_point as number);
    const blocked = run('Pump', 700, fault('blockage', 600));
    expect(last(blocked).flow).toBeLessThan(0.4 * (blocked[599]?.flow as number));
    expect(last(blocked).motor_current).toBeGreaterThan(1.2 * (blocked[599]?.motor_current as number));
  });
});

describe('a boiler', () => {
  it('burns gas while its burner is on, and shows a fault in several metrics', () => {
    const off = run('Boiler', 600, () => ({ isBusy: false, load: 0.25 }));
    expect(last(off)).toMatchObject({ burner_on: false, machine_state: 'idle', gas_total: 0 });
    const on = run('Boiler', 600, () => ({}));
    expect(last(on)).toMatchObject({ burner_on: true, machine_state: 'running' });
    expect(last(on).gas_total).toBeGreaterThan(5);
    expect(last(on).flue_gas_temperature).toBeGreaterThan(2 * (last(off).flue_gas_temperature as number));
    expect(last(off).flue_gas_oxygen).toBeGreaterThan(20);

    const scale = run('Boiler', 2000, fault('scale', 1600));
    for (const name of ['temperature', 'pressure', 'flue_gas_temperature'])
      expect(last(scale)[name]).toBeGreaterThan(last(on)[name] as number);
    const locked = last(run('Boiler', 400, fault('lockout', 0)));
    expect(locked).toMatchObject({ burner_on: false, machine_state: 'stopped', gas_total: 0 });
    expect(locked.temperature).toBeLessThan(50);
  });
});

describe('a cold room', () => {
  it('becomes warm and humid while its door is open', () => {
    const rows = run('Cold room', 900, (second) => (second < 300 ? {} : { fault: 'door', nextFault: 'door' }));
    const [closed, open] = [rows[250], last(rows)] as [SentValues, SentValues];
    expect(open.door_open).toBe(true);
    expect(open.machine_state).toBe('running');
    for (const [name, more] of [
      ['temperature', 5],
      ['humidity', 8],
      ['motor_current', 1],
    ] as const)
      expect(open[name]).toBeGreaterThan((closed[name] as number) + more);
  });

  it('counts each opening of the door once', () => {
    const rows = run('Cold room', 7200, () => ({}));
    const open = rows.map((row) => row.door_open);
    const openings = open.filter((isOpen, i) => i > 0 && isOpen === true && open[i - 1] === false).length;
    expect(openings).toBe(6);
    expect(last(rows).door_count).toBe(openings);
  });

  it('needs no current when its compressor has failed, and more when its evaporator is iced', () => {
    const failed = last(run('Cold room', 900, fault('compressor', 0)));
    expect(failed).toMatchObject({ machine_state: 'stopped', motor_current: 0 });
    const [healthy, iced] = [last(run('Cold room', 900, () => ({}))), last(run('Cold room', 900, fault('icing', 0)))];
    expect(iced.evaporator_temperature).toBeLessThan((healthy.evaporator_temperature as number) - 8);
    expect(iced.motor_current).toBeGreaterThan(1.2 * (healthy.motor_current as number));
    for (const values of [failed, iced]) expect(values.temperature).toBeGreaterThan(8);
  });
});

describe('an energy meter', () => {
  it('counts the energy of its power, which the currents of the phases add up to', () => {
    const rows = run('Energy meter', 3600, (second) => ({ load: second < 1800 ? 1 : 0.4 }));
    expect(last(rows).energy_total).toBeCloseTo(mean(column(rows, 'active_power')), 0);
    for (const row of rows) {
      const currentA = [1, 2, 3].reduce((sum, phase) => sum + (row[`current_l${phase}`] as number), 0);
      expect((currentA * 231 * (row.power_factor as number)) / 1000).toBeCloseTo(row.active_power as number, 0);
    }
  });

  it('shows an overload and a loose contact in current, voltage and heat', () => {
    const healthy = last(run('Energy meter', 600, () => ({})));
    const overloaded = last(run('Energy meter', 600, fault('overload', 300)));
    expect(overloaded.current_l1).toBeGreaterThan(1.4 * (healthy.current_l1 as number));
    expect(overloaded.voltage_l1).toBeLessThan(healthy.voltage_l1 as number);
    const loose = last(run('Energy meter', 600, fault('contact', 300)));
    expect(loose.voltage_l2).toBeLessThan((healthy.voltage_l2 as number) - 8);
    expect(Math.abs((loose.voltage_l1 as number) - (healthy.voltage_l1 as number))).toBeLessThan(3);
    for (const values of [overloaded, loose]) expect(values.temperature).toBeGreaterThan(60);
  });
});
