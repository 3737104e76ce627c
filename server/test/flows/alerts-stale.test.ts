import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AlertPlant, START_MS } from './support/alert-plant.ts';
import { batchOf } from './support/batch-of.ts';

const SECOND = 1000;
const TIMEOUT = 60 * SECOND;
const NORMAL = { temperature: 60 };

describe('the alert about a stale machine', () => {
  let plant: AlertPlant;
  beforeEach(async () => {
    plant = await AlertPlant.open({ inactivity_timeout: '60' });
  });
  afterEach(() => plant.close());
  let pressId = '';
  const statusEvents = () => plant.events.flatMap((e) => (e.kind === 'machine_status' ? [e.machineIds] : []));
  /** A reading with the current time. */
  const send = (...machineIds: string[]) =>
    plant.commit(...machineIds.map((id) => [id, plant.nowMs - START_MS, NORMAL] as const));

  it('is raised after the timeout, and cleared by the next reading', async () => {
    const press = await plant.machine();
    send(press);
    plant.advance(TIMEOUT);
    expect(await plant.stored()).toHaveLength(0);
    plant.advance(1);
    plant.advance(SECOND);
    expect(await plant.stored()).toMatchObject([
      {
        machineId: press,
        machineName: 'Press 4',
        metric: 'connection',
        limitKind: 'stale',
        severity: 'warning',
        threshold: 60,
        state: 'active_unacked',
        message: 'Press 4 sent nothing for 1 min',
        raisedAtMs: START_MS + TIMEOUT + 1,
      },
    ]);
    expect(plant.alerts.severityOf(press)).toBe('warning');
    expect(plant.alerts.alarmOf(press)).toBeNull();
    send(press);
    expect(await plant.stored()).toMatchObject([{ state: 'cleared_unacked', clearedAtMs: plant.nowMs }]);
    expect(statusEvents()).toEqual([[press], [press], [press]]);
  });

  it('stays active while readings arrive that are themselves older than the timeout', async () => {
    const press = await plant.machine();
    send(press);
    plant.advance(10 * TIMEOUT);
    plant.commit([press, TIMEOUT, NORMAL]);
    plant.advance(SECOND);
    expect(await plant.stored()).toMatchObject([{ state: 'active_unacked' }]);
    send(press);
    expect(await plant.stored()).toMatchObject([{ state: 'cleared_unacked' }]);
  });

  it('is raised in time for a machine whose clock is ahead, and after the server’s clock was set back', async () => {
    const press = await plant.machine();
    plant.arrive(batchOf([press, plant.nowMs + 4 * TIMEOUT, { temperature: 60 }]));
    plant.advance(TIMEOUT + 1);
    expect(await plant.stored()).toMatchObject([{ machineId: press, metric: 'connection', state: 'active_unacked' }]);
    send(press);
    plant.nowMs -= 100 * TIMEOUT;
    plant.alerts.tick();
    expect(await plant.stored()).toMatchObject([{ state: 'cleared_unacked' }]);
    plant.advance(TIMEOUT + 1);
    expect((await plant.stored()).filter(({ state }) => state === 'active_unacked')).toHaveLength(1);
  });

  it('is shared by machines of one location that become stale within 30 s, and names their number', async () => {
    const hallA = [await plant.machine('A 1'), await plant.machine('A 2'), await plant.machine('A 3')];
    const far = await plant.machine('B 1', 'Hall B');
    const [one, two, three] = hallA as [string, string, string];
    send(one, far);
    plant.nowMs += 5 * SECOND;
    send(two);
    plant.nowMs += 40 * SECOND;
    send(three);
    plant.advance(TIMEOUT - 45 * SECOND + 1);
    plant.advance(5 * SECOND);
    expect((await plant.stored()).map(({ location }) => location).sort()).toEqual(['Hall A', 'Hall B']);
    const merged = (await plant.stored()).find(({ location }) => location === 'Hall A');
    expect(merged).toMatchObject({
      machineId: null,
      machineIds: [one, two],
      machineName: '2 machines',
      message: '2 machines in Hall A sent nothing for 1 min',
      raiseCount: 1,
    });
    plant.advance(40 * SECOND);
    const later = await plant.stored();
    expect(later).toHaveLength(3);
    expect(later.at(-1)).toMatchObject({ machineId: three, state: 'active_unacked' });
    send(one);
    expect((await plant.stored()).find(({ id }) => id === merged?.id)).toMatchObject({ state: 'active_unacked' });
    send(two);
    expect((await plant.stored()).find(({ id }) => id === merged?.id)).toMatchObject({ state: 'cleared_unacked' });
  });

  it('has one more raise if the same machines become stale again before it is acknowledged', async () => {
    const one = await plant.machine('A 1');
    const two = await plant.machine('A 2');
    const raiseAgain = async () => {
      send(one, two);
      plant.advance(TIMEOUT + 1);
      return plant.stored();
    };
    const [first] = await raiseAgain();
    const again = await raiseAgain();
    expect(again).toMatchObject([{ id: first?.id, state: 'active_unacked', raiseCount: 2, clearedAtMs: null }]);
    expect(again[0]?.raisedAtMs).toBe(plant.nowMs);
    expect((await plant.alerts.raises(first?.id ?? '', { limit: 9 })).raises).toMatchObject([
      { number: 2, limitKind: 'stale', clearedAtMs: null },
      { number: 1, raisedAtMs: first?.raisedAtMs, clearedAtMs: expect.any(Number) },
    ]);
    send(one, two);
    send(two);
    plant.advance(TIMEOUT - SECOND);
    send(two);
    plant.advance(2 * SECOND);
    expect((await plant.stored()).map(({ machineIds }) => machineIds)).toEqual([[one, two], [one]]);
  });

  it('needs a new acknowledgement when further machines join it', async () => {
    const one = await plant.machine('A 1');
    const two = await plant.machine('A 2');
    send(one);
    plant.nowMs += 5 * SECOND;
    send(two);
    plant.advance(TIMEOUT - 4 * SECOND);
    const [alert] = await plant.stored();
    await plant.alerts.acknowledge(alert?.id ?? '', 'olga', null);
    plant.advance(5 * SECOND);
    expect(await plant.stored()).toMatchObject([{ id: alert?.id, state: 'active_unacked', machineIds: [one, two] }]);
  });

  it('is not raised for machines that never sent anything, are inactive or in maintenance', async () => {
    await plant.machine('never');
    const idle = await plant.machine('idle');
    const served = await plant.machine('served');
    send(idle, served);
    await plant.machines.update(idle, { status: 'inactive' });
    await plant.machines.update(served, { status: 'maintenance' });
    plant.advance(2 * TIMEOUT);
    expect(await plant.stored()).toHaveLength(0);
    expect(statusEvents().at(-1)).toEqual([idle, served]);
  });

  it('ends when its machine becomes inactive or is deleted', async () => {
    const one = await plant.machine('A 1');
    const two = await plant.machine('B 1', 'Hall B');
    send(one, two);
    plant.advance(2 * TIMEOUT);
    await plant.machines.update(one, { status: 'inactive' });
    await plant.machines.delete(two);
    plant.advance(SECOND);
    expect((await plant.stored()).map(({ state }) => state).sort()).toEqual(['cleared_unacked', 'closed']);
  });

  const changeType = async (inactivity_timeout: number | null) => {
    const type = { metrics: [], headline: [], charts: [], inactivity_timeout };
    await plant.types.put('press', type, 'test');
  };
  const ofMachine = (machineId: string, inactivity_timeout: number | null) =>
    plant.types.saveOverrides(machineId, { metrics: [], inactivity_timeout });

  it('follows the timeout of the machine, before that of its type, before that of the plant', async () => {
    const press = await plant.machine('Press 4', 'Hall A');
    const other = await plant.machine('Press 5', 'Hall B');
    const sensor = await plant.machine('Sensor 1', 'Hall C', 'sensor');
    await changeType(600);
    await ofMachine(press, 1800);
    send(press, other, sensor);
    const raisedAfter = async (ms: number) => {
      plant.nowMs = START_MS + ms;
      plant.alerts.tick();
      return (await plant.stored()).map(({ threshold, message }) => [threshold, message]);
    };
    const ofPlant = [60, 'Sensor 1 sent nothing for 1 min'];
    const ofType = [600, 'Press 5 sent nothing for 10 min'];
    expect(await raisedAfter(TIMEOUT)).toEqual([]);
    expect(await raisedAfter(TIMEOUT + 1)).toEqual([ofPlant]);
    expect(await raisedAfter(10 * TIMEOUT)).toEqual([ofPlant]);
    expect(await raisedAfter(10 * TIMEOUT + 1)).toEqual([ofPlant, ofType]);
    expect(await raisedAfter(30 * TIMEOUT)).toEqual([ofPlant, ofType]);
    expect(await raisedAfter(30 * TIMEOUT + 1)).toEqual([ofPlant, ofType, [1800, 'Press 4 sent nothing for 30 min']]);
  });

  it.each([
    ['plant', () => plant.settings.update('inactivity_timeout', '7200', 'test')],
    ['machine type', () => changeType(7200)],
    ['machine', () => ofMachine(pressId, 7200)],
  ])('clears at once, and the machine is online, when the timeout of the %s becomes longer', async (_owner, change) => {
    pressId = await plant.machine();
    send(pressId);
    plant.advance(TIMEOUT + 1);
    expect(await plant.stored()).toMatchObject([{ state: 'active_unacked' }]);
    await change();
    expect(await plant.stored()).toMatchObject([{ state: 'cleared_unacked', clearedAtMs: plant.nowMs }]);
    expect(statusEvents()).toEqual([[pressId], [pressId], [pressId]]);
    expect(plant.machines.summary().byConnection).toEqual({ online: 1, stale: 0, never: 0 });
    plant.advance(SECOND);
    send(pressId);
    expect(statusEvents()).toHaveLength(3);
  });

  it.each([
    ['plant', () => plant.settings.update('inactivity_timeout', '8', 'test')],
    ['machine type', () => changeType(8)],
    ['machine', () => ofMachine(pressId, 8)],
  ])('is raised at once when the timeout of the %s becomes shorter', async (_owner, change) => {
    pressId = await plant.machine();
    send(pressId);
    plant.advance(20 * SECOND);
    await change();
    expect(await plant.stored()).toMatchObject([
      { state: 'active_unacked', threshold: 8, value: 20, message: 'Press 4 sent nothing for 8 s' },
    ]);
    expect(statusEvents()).toEqual([[pressId], [pressId]]);
    expect(plant.machines.summary().byConnection).toEqual({ online: 0, stale: 1, never: 0 });
  });

  it('is for the rule that is left when a machine or a type has no timeout of its own any more', async () => {
    const press = await plant.machine();
    await changeType(600);
    await ofMachine(press, 8);
    expect(plant.machines.timeouts.of(press)).toBe(8000);
    await ofMachine(press, null);
    expect(plant.machines.timeouts.of(press)).toBe(600_000);
    await plant.machines.update(press, { sensor_type: 'pump' });
    expect(plant.machines.timeouts.of(press)).toBe(TIMEOUT);
    await plant.machines.update(press, { sensor_type: 'press' });
    await changeType(null);
    expect(plant.machines.timeouts.of(press)).toBe(TIMEOUT);
    expect(plant.machines.timeouts.of('unknown')).toBe(TIMEOUT);
  });

  it('names the shortest of the timeouts of machines that share it', async () => {
    const one = await plant.machine('A 1');
    const two = await plant.machine('A 2');
    await ofMachine(one, 70);
    send(one, two);
    plant.advance(TIMEOUT + 1);
    expect(await plant.stored()).toMatchObject([{ threshold: 60, message: 'A 2 sent nothing for 1 min' }]);
    plant.advance(10 * SECOND);
    expect(await plant.stored()).toMatchObject([
      { machineIds: [two, one], threshold: 60, message: '2 machines in Hall A sent nothing for 1 min' },
    ]);
  });

  it('is not raised because the server was off: the timeout counts from its start', async () => {
    const press = await plant.machine();
    send(press);
    plant.nowMs += 100 * TIMEOUT;
    await plant.restart();
    plant.advance(TIMEOUT);
    expect(await plant.stored()).toHaveLength(0);
    plant.advance(1);
    expect(await plant.stored()).toHaveLength(1);
  });

  it('is the same alert after a restart', async () => {
    const press = await plant.machine();
    send(press);
    plant.advance(2 * TIMEOUT);
    const [before] = await plant.stored();
    await plant.restart();
    plant.advance(2 * TIMEOUT);
    expect(await plant.stored()).toMatchObject([{ id: before?.id, state: 'active_unacked' }]);
    send(press);
    expect(await plant.stored()).toMatchObject([{ id: before?.id, state: 'cleared_unacked' }]);
  });
});
