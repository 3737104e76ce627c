// The same readings over MQTT and HTTP, and evaluated as a back-test does, give the same alerts, whatever the kind of condition.

import { type Alert, type Condition, type ConditionInput, isoTime } from '@gonsters/contract';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ruleOf } from '../../src/alerts/conditions/rule-of.ts';
import { evaluateCondition, newRuleState } from '../../src/alerts/rules/evaluate-condition.ts';
import type { AlertCatalogue, MetricDefinition } from '../../src/machines/alert-catalogue.ts';
import { type StartedCore, startCore } from './support/start-core.ts';

const MODES = ['running', 'idle', 'fault'];
const START_MS = Date.UTC(2026, 0, 15, 12);
const clock = { now: START_MS, nowMs: () => clock.now };
const CONDITIONS: readonly Omit<ConditionInput, 'scope' | 'is_active'>[] = [
  { kind: 'rate_of_change', metric: 'current', units_per_minute: 60, window_seconds: 10, deadband: 10 },
  { kind: 'stuck', metric: 'current', duration_seconds: 14, epsilon: 0.5, severity: 'critical' },
  { kind: 'state', metric: 'mode', values: ['fault'], duration_seconds: 5, off_delay_seconds: 5 },
  { kind: 'no_count', metric: 'parts', duration_seconds: 12, on_delay_seconds: 5 },
];

let core: StartedCore;
beforeAll(async () => {
  core = await startCore({ MQTT_PORT: '0', JWT_ACCESS_TOKEN_EXPIRES: '86400' }, undefined, { clock });
});
afterAll(() => core?.remove());

const raisesOf = async (machineId: string): Promise<string[]> => {
  const { body } = await core.as<{ alerts: Alert[] }>('Operator', 'GET', `/alerts?machine_id=${machineId}&limit=100`);
  const all: string[] = [];
  for (const { id, condition } of body.alerts) {
    type Raises = { raises: { raised_at: string; cleared_at: string | null; severity: string }[] };
    const { raises } = (await core.as<Raises>('Operator', 'GET', `/alerts/${id}/raises?limit=100`)).body;
    for (const each of raises) all.push(`${condition} ${each.severity} ${each.raised_at} ${each.cleared_at}`);
  }
  return all.sort();
};

it('of the same readings there are the same raises, with the same times, over MQTT, HTTP and in a back-test', async () => {
  for (const metric of [
    { name: 'current', kind: 'gauge', unit: 'A' },
    { name: 'mode', kind: 'state', states: MODES },
    { name: 'parts', kind: 'counter' },
  ]) {
    expect((await core.as('Management', 'POST', '/metrics', { body: metric })).status).toBe(201);
  }
  const byMqtt = await core.addMachine('CNC 1', 'Hall A', 'cnc');
  const byHttp = await core.addMachine('CNC 2', 'Hall A', 'cnc');
  const conditions: Condition[] = [];
  for (const body of CONDITIONS) {
    const scope = { level: 'type', sensor_type: 'cnc' };
    const made = await core.as<{ condition: Condition }>('Supervisor', 'POST', '/conditions', {
      body: { ...body, scope },
    });
    expect(made.status, made.text).toBe(201);
    conditions.push(made.body.condition);
  }
  const client = await connectAsync(core.mqtt as string);
  // Always the same readings, and of every kind there are some that are abnormal.
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  const given: { atMs: number; current: number; mode: number; parts: number }[] = [];
  let parts = 0;
  let current = 40;
  for (let i = 0; i < 60; i++) {
    if (i % 20 < 12) current = 40 + random(30);
    if (i % 20 > 5) parts = random(9) === 0 ? 0 : parts + random(2);
    given.push({ atMs: START_MS + i * 3000, current, mode: random(3), parts });
  }
  for (const { atMs, mode, ...values } of given) {
    clock.now = atMs;
    const reading = { timestamp: isoTime(atMs), ...values, mode: MODES[mode] };
    await client.publishAsync(`factory/f/machine/${byMqtt}/telemetry`, JSON.stringify(reading), { qos: 1 });
    await core.ingest(byHttp, [reading]);
  }
  await client.endAsync();

  const kinds = { current: 'gauge', mode: 'state', parts: 'counter' } as const;
  const catalogue: Pick<AlertCatalogue, 'get'> = {
    get: (name) => ({ name, states: MODES, kind: kinds[name as 'mode'] }) as unknown as MetricDefinition,
  };
  const expected = conditions.flatMap((condition) => {
    const rule = ruleOf(condition, catalogue, 3_600_000);
    if (rule === null) throw new Error('No rule');
    const state = newRuleState();
    const raises: [raised: string, cleared: string | null][] = [];
    for (const reading of given) {
      const value = reading[condition.metric as 'current'];
      for (const { change, timestampMs } of evaluateCondition(rule, state, reading.atMs, value)) {
        if (change === 'raised') raises.push([isoTime(timestampMs), null]);
        else (raises.at(-1) as [string, string | null])[1] = isoTime(timestampMs);
      }
    }
    expect(raises.length, condition.kind).toBeGreaterThan(1);
    return raises.map(([raised, cleared]) => `${condition.kind} ${rule.severity} ${raised} ${cleared}`);
  });
  await vi.waitFor(async () => expect(await raisesOf(byHttp)).toEqual(expected.sort()), { timeout: 5000 });
  expect(await raisesOf(byMqtt)).toEqual(expected);
});
