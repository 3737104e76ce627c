// Conditions besides limits: what raises them, what they say, and that they survive a restart.

import type { ConditionInput } from '@gonsters/contract';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alertView } from '../../src/alerts/alert-view.ts';
import { ruleOf } from '../../src/alerts/conditions/rule-of.ts';
import { evaluateCondition, newRuleState } from '../../src/alerts/rules/evaluate-condition.ts';
import type { AlertRecord } from '../../src/alerts/store/alert-repository.ts';
import { AlertPlant, START_MS } from './support/alert-plant.ts';
import { batchOf, type Values } from './support/batch-of.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const MODES = ['running', 'idle', 'fault'];
const [RUNNING, IDLE, FAULT] = [0, 1, 2];

let plant: AlertPlant;
let cnc: string;
beforeEach(async () => {
  plant = await AlertPlant.open({ inactivity_timeout: '3600' });
  cnc = await plant.machine('CNC-014');
  await plant.catalogue.define('spindle_current', { label: 'Spindle current', unit: 'A', unitCode: 'A', decimals: 1 });
  await plant.catalogue.define('mode', { label: 'Mode', kind: 'state', unit: null, unitCode: null, states: MODES });
  await plant.catalogue.define('parts', { label: 'Parts', kind: 'counter', unit: null, unitCode: null, decimals: 0 });
  await plant.catalogue.define('door', { label: 'Door open', kind: 'boolean', unit: null, unitCode: null });
});
afterEach(() => plant.close());

const add = (input: Omit<ConditionInput, 'scope' | 'is_active'>) =>
  plant.conditions.create({ scope: { level: 'machine', machine_id: cnc }, is_active: true, ...input });
const send = (afterMs: number, values: Values) => plant.commit([cnc, afterMs, values]);
const view = (alert: AlertRecord | undefined) => alertView(alert as AlertRecord, plant.machines);
const RATE = { kind: 'rate_of_change', metric: 'spindle_current', units_per_minute: 10, window_seconds: 60 } as const;

describe('each kind of condition', () => {
  it('rate of change: names the rate, and carries what its condition says', async () => {
    const texts = {
      cause: 'Worn tool',
      consequence: 'Scrap',
      response: 'Change the tool',
      time_to_respond_seconds: 600,
    };
    const { id } = await add({ ...RATE, severity: 'critical', deadband: 2, ...texts });
    for (let s = 0; s <= 60; s += 10) send(s * SECOND, { spindle_current: 40 });
    send(70 * SECOND, { spindle_current: 52.4 });
    const [alert] = await plant.stored();
    expect(view(alert)).toMatchObject({
      message: 'CNC-014: Spindle current rose by 12.4 A/min, limit 10 A/min',
      ...{ condition: 'rate_of_change', condition_id: id, limit_kind: 'stale', severity: 'critical' },
      ...{ threshold: 10, clears_at: 8, value: 12.4, peak: 12.4, state: 'active_unacked', ...texts },
    });
    // Down by 15.4 A/min since then is past the limit, too; between 8 and 10 it stays.
    send(130 * SECOND, { spindle_current: 37 });
    send(190 * SECOND, { spindle_current: 46 });
    plant.advance(6 * SECOND);
    expect(await plant.stored()).toMatchObject([{ state: 'active_unacked', readingCount: 2, peakValue: 15.4 }]);
    send(250 * SECOND, { spindle_current: 47 });
    expect(await plant.stored()).toMatchObject([{ state: 'cleared_unacked', clearedAtMs: START_MS + 250 * SECOND }]);
  });

  it('stuck: a value that does not change is raised while its machine sends something, and not while it is silent', async () => {
    await add({ kind: 'stuck', metric: 'spindle_current', duration_seconds: 600, epsilon: 0.5 });
    send(0, { spindle_current: 40 });
    plant.advance(20 * MINUTE);
    expect(await plant.stored()).toEqual([]);
    send(21 * MINUTE, { speed: 100 });
    const [alert] = await plant.stored();
    expect(view(alert)).toMatchObject({
      message: 'CNC-014: Spindle current is stuck: unchanged at 40.0 A for 10 min',
      ...{ condition: 'stuck', value: 40, threshold: null, raised_at: new Date(START_MS + 21 * MINUTE).toISOString() },
    });
    send(22 * MINUTE, { spindle_current: 40.4 });
    expect(await plant.stored()).toMatchObject([{ state: 'active_unacked' }]);
    send(23 * MINUTE, { spindle_current: 41 });
    expect(await plant.stored()).toMatchObject([{ state: 'cleared_unacked' }]);
  });

  it('state: the clock raises it when it has lasted, and a boolean has one, too', async () => {
    await add({ kind: 'state', metric: 'mode', values: ['fault'], duration_seconds: 30 });
    await add({ kind: 'state', metric: 'door', values: ['true'], severity: 'critical' });
    send(0, { mode: FAULT, door: 0 });
    plant.advance(29 * SECOND);
    expect(await plant.stored()).toEqual([]);
    plant.advance(2 * SECOND);
    const [alert] = await plant.stored();
    expect(view(alert)).toMatchObject({
      message: 'CNC-014: Mode has been fault for 30 s',
      ...{ condition: 'state', value: FAULT, raised_at: new Date(START_MS + 30 * SECOND).toISOString() },
    });
    send(40 * SECOND, { mode: IDLE, door: 1 });
    expect(await plant.stored()).toMatchObject([
      { metric: 'mode', state: 'cleared_unacked' },
      { metric: 'door', state: 'active_unacked', severity: 'critical', message: 'Door open is true' },
    ]);
  });

  it('no count: a counter that does not grow; one that was reset has grown', async () => {
    await add({ kind: 'no_count', metric: 'parts', duration_seconds: 60 });
    send(0, { parts: 7 });
    send(50 * SECOND, { parts: 7 });
    send(55 * SECOND, { parts: 0 });
    plant.advance(59 * SECOND);
    expect(await plant.stored()).toEqual([]);
    plant.advance(2 * SECOND);
    const [alert] = await plant.stored();
    expect(view(alert)).toMatchObject({
      message: 'CNC-014: Parts has not grown for 1 min, it stands at 0',
      ...{ condition: 'no_count', raised_at: new Date(START_MS + 115 * SECOND).toISOString() },
    });
    send(120 * SECOND, { parts: 1 });
    expect(await plant.stored()).toMatchObject([{ state: 'cleared_unacked' }]);
  });

  it('bad quality: with the delay, the severity and the texts of its condition, or not at all', async () => {
    const bad = { spindle_current: { bad: 3276.7 } };
    const { id } = await add({
      ...{
        kind: 'bad_quality',
        metric: 'spindle_current',
        severity: 'critical',
        on_delay_seconds: 5,
        cause: 'Open wire',
      },
    });
    send(0, bad);
    plant.advance(5 * SECOND);
    expect(view((await plant.stored())[0])).toMatchObject({
      ...{ condition: 'bad_quality', severity: 'critical', cause: 'Open wire', condition_id: id },
    });
    send(6 * SECOND, { spindle_current: 1 });
    await plant.conditions.update(id, { is_active: false });
    send(7 * SECOND, bad);
    plant.advance(2 * MINUTE);
    expect(await plant.stored()).toMatchObject([{ state: 'cleared_unacked', raiseCount: 1 }]);
  });

  it('connection: the severity and the texts of the machine, or nothing', async () => {
    const { id } = await add({ kind: 'connection', severity: 'critical', response: 'Call the electrician' });
    send(0, { speed: 1 });
    plant.advance(3601 * SECOND);
    expect(view((await plant.stored())[0])).toMatchObject({
      ...{ condition: 'connection', severity: 'critical', response: 'Call the electrician', condition_id: id },
      message: 'CNC-014 sent nothing for 1 h',
    });
    await plant.conditions.update(id, { is_active: false });
    plant.advance(SECOND);
    plant.advance(SECOND);
    expect(await plant.stored()).toMatchObject([{ state: 'cleared_unacked' }]);
  });
});

describe('a condition of the kind level', () => {
  it('refines delays, deadband and texts of the limits of its metric', async () => {
    await plant.machines.limits.save(cnc, { spindle_current: { high: 50 } });
    const { id } = await add({
      kind: 'level',
      metric: 'spindle_current',
      on_delay_seconds: 10,
      deadband: 5,
      cause: 'Worn',
    });
    send(0, { spindle_current: 60 });
    expect(await plant.stored()).toEqual([]);
    send(10 * SECOND, { spindle_current: 60 });
    expect(view((await plant.stored())[0])).toMatchObject({
      ...{ condition: 'level', limit_kind: 'high', clears_at: 45, cause: 'Worn', condition_id: id },
    });
    send(11 * SECOND, { spindle_current: 46 });
    expect(await plant.stored()).toMatchObject([{ state: 'active_unacked' }]);
    send(12 * SECOND, { spindle_current: 45 });
    expect(await plant.stored()).toMatchObject([{ state: 'cleared_unacked' }]);
  });

  it('may count only while the machine runs, and a while after it began to', async () => {
    await plant.machines.limits.save(cnc, { spindle_current: { high: 50 } });
    const only_while = { metric: 'mode', values: ['running'], startup_seconds: 30 };
    await add({ kind: 'level', metric: 'spindle_current', only_while });
    await add({ ...RATE, only_while });
    send(0, { mode: IDLE, spindle_current: 60 });
    send(60 * SECOND, { mode: RUNNING, spindle_current: 99 });
    send(89 * SECOND, { spindle_current: 60 });
    expect(await plant.stored()).toEqual([]);
    send(90 * SECOND, { spindle_current: 60 });
    expect(await plant.stored()).toMatchObject([{ limitKind: 'high', state: 'active_unacked' }]);
    // The metric comes before its state in the same reading.
    send(91 * SECOND, { spindle_current: 60, mode: IDLE });
    expect(await plant.stored()).toMatchObject([{ state: 'cleared_unacked', clearedAtMs: START_MS + 91 * SECOND }]);
    expect(await plant.stored()).toHaveLength(1);
  });
});

describe('a condition', () => {
  it('that is deleted clears its alert, also of a machine that sends nothing', async () => {
    const { id } = await add({ kind: 'state', metric: 'mode', values: ['fault'] });
    send(0, { mode: FAULT });
    expect(await plant.stored()).toMatchObject([{ state: 'active_unacked' }]);
    await plant.conditions.delete(id);
    plant.advance(SECOND);
    expect(await plant.stored()).toMatchObject([{ state: 'cleared_unacked' }]);
  });

  it('that is added for a state which lasts already is raised without a further value', async () => {
    send(0, { mode: FAULT });
    await add({ kind: 'state', metric: 'mode', values: ['fault'], duration_seconds: 10 });
    plant.advance(SECOND);
    plant.advance(10 * SECOND);
    expect(await plant.stored()).toMatchObject([{ metric: 'mode', state: 'active_unacked' }]);
  });

  it.each(['stop', 'kill'] as const)(
    'continues after a %s: what lasts, the window, the state it is tied to, and the alert',
    async (how) => {
      await add({ ...RATE, only_while: { metric: 'mode', values: ['running'], startup_seconds: 0 } });
      await add({ kind: 'no_count', metric: 'parts', duration_seconds: 100 });
      await add({ kind: 'state', metric: 'door', values: ['true'] });
      send(0, { mode: RUNNING, spindle_current: 40, parts: 1, door: 1 });
      send(60 * SECOND, { spindle_current: 40, parts: 1 });
      if (how === 'kill') for (let s = 0; s < 40; s++) plant.advance(SECOND);
      await plant.stored();
      await plant.restart(how);
      // Of the window before the restart.
      send(121 * SECOND, { spindle_current: 60, parts: 1 });
      expect((await plant.stored()).map(({ metric, state }) => `${metric} ${state}`).sort()).toEqual([
        'door active_unacked',
        'parts active_unacked',
        'spindle_current active_unacked',
      ]);
      const before = await plant.stored();
      await plant.restart(how);
      send(122 * SECOND, { spindle_current: 60, parts: 2, door: 0 });
      send(181 * SECOND, { spindle_current: 60 });
      send(182 * SECOND, { spindle_current: 60 });
      const after = await plant.stored();
      expect(after.map(({ id }) => id).sort()).toEqual(before.map(({ id }) => id).sort());
      expect(new Set(after.map(({ state }) => state))).toEqual(new Set(['cleared_unacked']));
    },
  );

  it('of a machine in maintenance is recorded as suppressed, and can be shelved as any other', async () => {
    await add({ kind: 'state', metric: 'mode', values: ['fault'] });
    await plant.machines.update(cnc, { status: 'maintenance' });
    send(0, { mode: FAULT });
    expect(await plant.stored()).toMatchObject([{ state: 'suppressed' }]);
    await plant.machines.update(cnc, { status: 'active' });
    send(SECOND, { mode: FAULT });
    const [alert] = await plant.stored();
    expect(alert).toMatchObject({ state: 'active_unacked' });
    await plant.alerts.shelve((alert as AlertRecord).id, 'ann', plant.nowMs + MINUTE, 'test');
    send(2 * SECOND, { mode: IDLE });
    send(3 * SECOND, { mode: FAULT });
    expect(await plant.stored()).toMatchObject([{ raiseCount: 2, shelvedBy: 'ann' }]);
  });
});

describe('history', () => {
  it('becomes one closed, silent entry for each excursion, with its start and end', async () => {
    await add({ kind: 'state', metric: 'mode', values: ['fault'] });
    plant.nowMs = START_MS + 3_600_000;
    const at = (minute: number, mode: number) => [cnc, START_MS + minute * MINUTE, { mode }] as const;
    plant.arrive(
      batchOf(at(0, RUNNING as number), at(1, FAULT as number), at(2, FAULT as number), at(3, IDLE as number)),
    );
    plant.arrive(batchOf(at(4, FAULT as number), at(5, FAULT as number)));
    const entries = await plant.stored();
    const common = { late: true, state: 'closed', annunciatedSeq: 0 };
    expect(entries).toMatchObject([
      { ...common, raisedAtMs: START_MS + MINUTE, clearedAtMs: START_MS + 3 * MINUTE, endNotSeen: false },
      { ...common, raisedAtMs: START_MS + 4 * MINUTE, clearedAtMs: START_MS + 5 * MINUTE, endNotSeen: true },
    ]);
    expect(entries.map((each) => view(each).condition)).toEqual(['state', 'state']);
  });

  it('that reaches the present sounds then, with its true start', async () => {
    await add({ kind: 'state', metric: 'mode', values: ['fault'] });
    plant.nowMs = START_MS + 10 * MINUTE;
    const at = (minute: number) => [cnc, START_MS + minute * MINUTE, { mode: FAULT as number }] as const;
    for (let minute = 0; minute < 8; minute++) plant.arrive(batchOf(at(minute)));
    expect(await plant.stored()).toMatchObject([{ late: true, state: 'closed', endNotSeen: true }]);
    plant.arrive(batchOf(at(9)));
    expect(await plant.stored()).toMatchObject([{ late: false, state: 'active_unacked', raisedAtMs: START_MS }]);
  });

  it('out of order changes no alert, and is an entry of its own unless an alert has it already', async () => {
    await add({ kind: 'state', metric: 'mode', values: ['fault'] });
    send(0, { mode: RUNNING });
    send(100 * SECOND, { mode: FAULT });
    send(110 * SECOND, { mode: RUNNING });
    const again = (second: number, mode: number) => plant.arrive(batchOf([cnc, START_MS + second * SECOND, { mode }]));
    again(100, FAULT as number);
    again(105, RUNNING as number);
    expect(await plant.stored()).toHaveLength(1);
    again(20, FAULT as number);
    again(30, RUNNING as number);
    expect(await plant.stored()).toMatchObject([
      { late: true, state: 'closed', raisedAtMs: START_MS + 20 * SECOND, clearedAtMs: START_MS + 30 * SECOND },
      { late: false, state: 'cleared_unacked' },
    ]);
  });
});

describe('live evaluation and a back-test', () => {
  const kinds = fc.constantFrom<Omit<ConditionInput, 'scope' | 'is_active'>>(
    { ...RATE, units_per_minute: 40, window_seconds: 10, on_delay_seconds: 2, off_delay_seconds: 3, deadband: 5 },
    { kind: 'stuck', metric: 'spindle_current', duration_seconds: 8, epsilon: 1 },
    { kind: 'state', metric: 'mode', values: ['fault'], duration_seconds: 5, off_delay_seconds: 4 },
    { kind: 'no_count', metric: 'parts', duration_seconds: 7, on_delay_seconds: 1 },
  );
  const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 2 })), { maxLength: 40 });

  it('of the same readings give the same raises and clears, whenever the clock looks', async () => {
    await fc.assert(
      fc.asyncProperty(kinds, steps, fc.boolean(), async (input, given, looks) => {
        const own = await plant.machine(`M ${crypto.randomUUID()}`);
        const scope = { level: 'machine', machine_id: own } as const;
        const condition = await plant.conditions.create({ scope, is_active: true, ...input });
        const rule = ruleOf(condition, plant.reader, 3_600_000);
        if (rule === null) throw new Error('No rule');
        const state = newRuleState();
        const expected: string[] = [];
        const startMs = plant.nowMs;
        plant.events.length = 0;
        for (const [gap, value] of given) {
          for (let s = 0; s < gap; s++) {
            plant.nowMs += SECOND;
            // The second of the reading is decided by the reading.
            if (looks && s < gap - 1) plant.alerts.tick();
          }
          for (const each of evaluateCondition(rule, state, plant.nowMs, value))
            expected.push(`${each.change} ${each.timestampMs - startMs}`);
          plant.arrive(batchOf([own, plant.nowMs, { [condition.metric as string]: value }]));
        }
        await plant.alerts.whenIdle();
        const happened = plant.announced
          .filter(({ machineId }) => machineId === own)
          .map(({ state, raisedAtMs, clearedAtMs }) =>
            state === 'active_unacked' ? `raised ${raisedAtMs - startMs}` : `cleared ${(clearedAtMs ?? 0) - startMs}`,
          );
        expect(happened).toEqual(expected);
        await plant.conditions.delete(condition.id);
      }),
      { numRuns: 60 },
    );
  });
});
