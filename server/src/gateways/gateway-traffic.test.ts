import { expect, it } from 'vitest';
import { GatewayTraffic } from './gateway-traffic.ts';

const START_MS = Date.UTC(2026, 0, 15);
function start() {
  const clock = { ms: START_MS, nowMs: () => clock.ms };
  return { clock, traffic: new GatewayTraffic(clock) };
}

it('knows how much a gateway sends in a second, from the first seconds on', () => {
  const { clock, traffic } = start();
  expect(traffic.of('g')).toEqual({
    ...{ hour: { messages: 0, refused: 0 } },
    ...{ messagesPerSecond: 0, valuesPerSecond: 0, newestMessageMs: null, refused: [], machines: [] },
  });
  for (let second = 0; second < 300; second++) {
    for (let i = 0; i < 5; i++) {
      traffic.received('g');
      traffic.accepted('g', 'm1', 3, 'mqtt');
    }
    clock.ms += 1000;
    expect(traffic.of('g').messagesPerSecond).toBeCloseTo(5, 5);
  }
  expect(traffic.of('g')).toMatchObject({ valuesPerSecond: 15, newestMessageMs: clock.ms - 1000 });
  expect(traffic.of('other').messagesPerSecond).toBe(0);
  clock.ms += 60_000;
  expect(traffic.of('g').messagesPerSecond).toBe(0);
  // The clock is set back.
  clock.ms -= 3_600_000;
  traffic.received('g');
  clock.ms += 1000;
  expect(traffic.of('g').messagesPerSecond).toBe(1);
});

it('lists the machines of a gateway, those with the newest readings first, and forgets the oldest of too many', () => {
  const { clock, traffic } = start();
  for (const machineId of ['a', 'b', 'a', 'a', 'c', 'b']) {
    traffic.accepted('g', machineId, 1, 'mqtt');
    clock.ms += 1000;
  }
  expect(traffic.of('g').machines).toEqual([
    { machineId: 'b', newestMs: START_MS + 5000 },
    { machineId: 'c', newestMs: START_MS + 4000 },
    { machineId: 'a', newestMs: START_MS + 3000 },
  ]);
  for (let i = 0; i < 10_000; i++) traffic.accepted('g', `m${i}`, 1, 'mqtt');
  expect(traffic.of('g').machines).toHaveLength(10_000);
  expect(traffic.of('g').machines.at(-1)?.machineId).toBe('m0');
});

it('counts what was refused by reason, with the newest example', () => {
  const { clock, traffic } = start();
  const refuse = (reason: string, payload: string | Buffer, count = 1) =>
    traffic.refused('g', { reason, count, topic: 't', payload });
  refuse('not_json', 'first');
  clock.ms += 1000;
  refuse('not_json', Buffer.from('x'.repeat(3000)));
  refuse('no_value', '{}', 5);
  expect(traffic.of('g').refused).toEqual([
    { reason: 'no_value', count: 5, newestMs: clock.ms, topic: 't', example: '{}' },
    { reason: 'not_json', count: 2, newestMs: clock.ms, topic: 't', example: 'x'.repeat(500) },
  ]);
});
