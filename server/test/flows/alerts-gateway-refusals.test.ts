// One alert for a gateway of which most is refused for five minutes, counted over all nodes.

import { afterEach, beforeEach, expect, it } from 'vitest';
import { alertView } from '../../src/alerts/alert-view.ts';
import type { AlertRecord } from '../../src/alerts/store/alert-repository.ts';
import { AlertPlant, START_MS } from './support/alert-plant.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const WHY = 'No machine has this id';
let plant: AlertPlant;
let gatewayId: string;
let press: string;
beforeEach(async () => {
  plant = await AlertPlant.open();
  press = await plant.machine();
  gatewayId = (await plant.gateways.create({ name: 'Line 3', scope: 'plant', machine_ids: [] })).gateway.id;
});
afterEach(() => plant.close());

/** For `ms`, in reports of ten seconds. */
function send(ms: number, messages: number, refused: number, more: { everyMs?: number; machineIds?: string[] } = {}) {
  const { everyMs = 10 * SECOND, machineIds = refused === 0 ? [] : [press] } = more;
  for (let passed = 0; passed < ms; passed += SECOND) {
    if (passed % everyMs === 0) {
      const why = refused === 0 ? null : WHY;
      plant.bus.publish({ kind: 'gateway_traffic', sent: [{ gatewayId, messages, refused, why, machineIds }] });
    }
    plant.advance(SECOND);
  }
}
const refusals = async () => (await plant.stored()).filter(({ metric }) => metric === 'gateway');
const view = (alert: AlertRecord | undefined) => alertView(alert as AlertRecord, plant.machines);

it('is raised after five minutes, and clears after five better ones', async () => {
  send(10 * MINUTE, 10, 5);
  expect(await refusals()).toEqual([]);
  send(5 * MINUTE, 10, 7);
  // The share is that of the last minute, and passes the half some seconds later.
  send(MINUTE, 10, 7);
  const [raised] = await refusals();
  expect(view(raised)).toMatchObject({
    ...{ condition: 'gateway', metric: 'gateway', gateway_id: gatewayId, severity: 'warning', state: 'active_unacked' },
    ...{ threshold: 50, value: 70, machine_id: null, machine_name: 'Line 3', location: 'Hall A', machine_ids: [press] },
    message: `70 % of what gateway Line 3 sends is refused: ${WHY}`,
  });
  // Its machine works: the values that are stored are judged by themselves.
  expect([plant.alerts.severityOf(press), plant.alerts.alarmOf(press)]).toEqual([null, null]);
  send(4 * MINUTE, 10, 1);
  expect(await refusals()).toMatchObject([{ state: 'active_unacked' }]);
  // Worse in between: the five minutes begin anew.
  send(MINUTE, 10, 10);
  send(4 * MINUTE, 10, 1);
  expect(await refusals()).toMatchObject([{ state: 'active_unacked' }]);
  send(3 * MINUTE, 10, 1);
  expect(await refusals()).toMatchObject([{ state: 'cleared_unacked' }]);
  // Again before it was acknowledged: the same alert.
  send(7 * MINUTE, 10, 10);
  expect(await refusals()).toMatchObject([{ id: raised?.id, state: 'active_unacked', raiseCount: 2, value: 100 }]);
});

it('counts what all nodes report', async () => {
  for (let passed = 0; passed < 8 * MINUTE; passed += 10 * SECOND) {
    const bad = { gatewayId, messages: 10, refused: 10, why: WHY, machineIds: [] };
    const good = { gatewayId, messages: 30, refused: 0, why: null, machineIds: [] };
    plant.bus.publish({ kind: 'gateway_traffic', sent: [bad] });
    plant.bus.publish({ kind: 'gateway_traffic', sent: [good] });
    plant.advance(10 * SECOND);
  }
  expect(await refusals()).toEqual([]);
});

it('judges a gateway that sends seldom when it sends, and lets go of one that is silent for an hour', async () => {
  send(10 * MINUTE, 1, 1, { everyMs: 10 * MINUTE });
  expect(await refusals()).toEqual([]);
  send(2 * MINUTE, 1, 1, { everyMs: 10 * MINUTE });
  expect(await refusals()).toMatchObject([{ state: 'active_unacked', raisedAtMs: START_MS + 10 * MINUTE }]);
  plant.advance(59 * MINUTE);
  expect(await refusals()).toMatchObject([{ state: 'cleared_unacked' }]);
});

it('continues after a restart, and clears when the gateway is disabled', async () => {
  send(7 * MINUTE, 10, 10);
  expect(await refusals()).toMatchObject([{ state: 'active_unacked', gatewayId }]);
  await plant.restart();
  send(4 * MINUTE, 10, 0);
  expect(await refusals()).toMatchObject([{ state: 'active_unacked' }]);
  await plant.gateways.update(gatewayId, { is_active: false });
  plant.advance(SECOND);
  expect(await refusals()).toMatchObject([{ state: 'cleared_unacked' }]);
});

it('is silent while all machines of the gateway are in maintenance', async () => {
  await plant.machines.update(press, { status: 'maintenance' });
  send(8 * MINUTE, 10, 10);
  expect(await refusals()).toEqual([]);
  await plant.machines.update(press, { status: 'active' });
  send(7 * MINUTE, 10, 10);
  expect(await refusals()).toMatchObject([{ state: 'active_unacked' }]);
});
