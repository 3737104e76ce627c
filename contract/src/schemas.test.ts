import { describe, expect, it } from 'vitest';
import { machineLimitsSchema, shelveSchema } from './alert.ts';
import { machineInputSchema, machinePatchSchema } from './machine.ts';
import { machineQuerySchema } from './machine-replies.ts';
import { METRIC_NAMES, METRICS, perMetric } from './metrics.ts';
import { latestReadingSchema, readingInputSchema } from './reading.ts';
import { faultOfValue } from './reading-rules.ts';
import { PERMISSIONS, ROLES, roleMay } from './roles.ts';
import { newPasswordSchema, registerSchema, userPatchSchema } from './user.ts';

describe('the metric catalogue', () => {
  it('names each metric once and bounds it', () => {
    expect(new Set(METRIC_NAMES).size).toBe(METRICS.length);
    for (const metric of METRICS) expect(metric.min).toBeLessThan(metric.max);
    expect(Object.keys(perMetric((_, index) => index))).toEqual([...METRIC_NAMES]);
  });
});

describe('roles', () => {
  it('include the permissions of the lower role', () => {
    for (const permission of PERMISSIONS) {
      const may = ROLES.map((role) => roleMay(role, permission));
      expect(may).toEqual([...may].sort());
    }
  });
  it('reserve changes of settings and users for Management', () => {
    expect(roleMay('Supervisor', 'write:config')).toBe(false);
    expect(roleMay('Management', 'write:config')).toBe(true);
    expect(roleMay('Operator', 'ack:alerts')).toBe(true);
    expect(roleMay('Operator', 'shelve:alerts')).toBe(false);
  });
});

describe('a new password', () => {
  it.each(['Corréct-horse7', 'four words in lower case', '83749102', `Aa1${'x'.repeat(69)}`])(
    'may be %s',
    (password) => {
      expect(newPasswordSchema.safeParse(password).success).toBe(true);
    },
  );
  it.each([
    ['Ab1', 'at least 8'],
    [`Aa1${'é'.repeat(40)}`, '72 bytes'],
    ['Aa1\u0000aaaaaaa', 'NUL'],
  ])('is refused as %j', (password, reason) => {
    const result = newPasswordSchema.safeParse(password);
    expect(result.error?.issues.map((issue) => issue.message).join()).toContain(reason);
  });
  it('reports every fault at once', () => {
    expect(newPasswordSchema.safeParse('abc\u0000').error?.issues.length).toBe(2);
  });
});

describe('inputs', () => {
  it('trim lines and refuse control characters', () => {
    const machine = { name: '  CNC-1 ', location: 'Hall A', sensor_type: 'Spindle' };
    expect(machineInputSchema.parse(machine)).toEqual({ ...machine, name: 'CNC-1', status: 'active' });
    for (const name of ['', '   ', 'a\r\nb', 'a\u001b[31m', 'a\u0000', 'x'.repeat(101)]) {
      expect(machineInputSchema.safeParse({ ...machine, name }).success).toBe(false);
    }
  });
  it('refuse a patch that changes nothing', () => {
    expect(machinePatchSchema.safeParse({}).success).toBe(false);
    expect(userPatchSchema.safeParse({}).success).toBe(false);
    expect(machinePatchSchema.safeParse({ status: 'maintenance' }).success).toBe(true);
  });
  it('register an Operator unless a role is given', () => {
    const user = { username: 'budi', email: 'budi@plant.example', password: 'Horse-7-staple' };
    expect(registerSchema.parse(user).role).toBe('Operator');
    expect(registerSchema.safeParse({ ...user, role: 'Root' }).success).toBe(false);
    expect(registerSchema.safeParse({ ...user, username: 'a b' }).success).toBe(false);
  });
  it('accept readings with zero and null, and none out of range', () => {
    expect(readingInputSchema.safeParse({ temperature: 0, pressure: null }).success).toBe(true);
    expect(readingInputSchema.safeParse({ temperature: -273.16 }).success).toBe(false);
    expect(readingInputSchema.safeParse({ temperature: '12' }).success).toBe(false);
    expect(readingInputSchema.safeParse({ temperature: Number.NaN }).success).toBe(false);
  });
  it('name why a value cannot be stored', () => {
    const [temperature, pressure] = METRICS;
    for (const text of ['12', 'hot', true, {}, [], undefined]) {
      expect(faultOfValue(temperature, text)).toBe('not_a_number');
    }
    for (const number of [Number.NaN, Number.POSITIVE_INFINITY, -273.16, 2000.1, 2 ** 53]) {
      expect(faultOfValue(temperature, number)).toBe('out_of_range');
    }
    for (const number of [-0, -0.2732, -60.2, 16_010]) expect(faultOfValue(pressure, number)).toBeNull();
  });
  it('require limits in ascending order', () => {
    expect(machineLimitsSchema.safeParse({ temperature: { low: 10, high: 20, high_high: 30 } }).success).toBe(true);
    expect(machineLimitsSchema.safeParse({ temperature: { low: 20, high: 20 } }).success).toBe(false);
    expect(machineLimitsSchema.safeParse({ temperature: { low_low: 30, high_high: 20 } }).success).toBe(false);
    expect(machineLimitsSchema.safeParse({ vibration_rms: { low: 2, high: 1 } }).success).toBe(false);
    expect(machineLimitsSchema.safeParse({ vibration_rms: { middle: 1 } }).success).toBe(false);
  });
  it('take the metrics of a list of machines as names, separated by commas', () => {
    expect(machineQuerySchema.parse({ fields: 'flow, vibration_rms' }).fields).toEqual(['flow', 'vibration_rms']);
    for (const fields of [undefined, '']) expect(machineQuerySchema.parse({ fields }).fields).toBeUndefined();
    for (const fields of ['Flow', 'flow,', 'flow;mode']) {
      expect(machineQuerySchema.safeParse({ fields }).success).toBe(false);
    }
  });
  it('keep every metric of the newest values', () => {
    const timestamp = '2026-01-15T10:30:00.000Z';
    const seed = { temperature: 70, pressure: null, speed: null };
    const latest = { timestamp, ...seed, mode: 'idle', running: true, flow: null };
    const quality = { flow: 'bad' as const };
    const at = { temperature: timestamp, mode: timestamp };
    expect(latestReadingSchema.parse({ ...latest, at, quality })).toEqual({ ...latest, at, quality });
  });
  it('require a reason to shelve', () => {
    expect(shelveSchema.safeParse({ until: '2026-01-15T10:30:00Z', reason: ' ' }).success).toBe(false);
    expect(shelveSchema.parse({ until: '2026-01-15T10:30:00Z', reason: 'sensor on order' }).until).toBe(
      Date.parse('2026-01-15T10:30:00Z'),
    );
  });
});
