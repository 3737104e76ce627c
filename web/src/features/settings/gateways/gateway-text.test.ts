import { type Gateway, METRICS } from '@gonsters/contract';
import { expect, it } from 'vitest';
import { exampleCommand } from './gateway-text.ts';

const gateway: Gateway = {
  id: '00000000-0000-4000-8000-000000000000',
  name: 'Line 1',
  username: 'gw-line-1-abcd',
  machine_ids: [],
  factory_id: null,
  is_active: true,
  timezone: 'UTC',
  created_at: '2026-01-15T10:30:00.000Z',
  last_seen: null,
};
const command = (topics: string[], more: Partial<Gateway> = {}) =>
  exampleCommand({
    host: 'plant.local',
    broker: { port: 1883, tls: false, topics },
    gateway: { ...gateway, ...more },
    password: 'secret',
  });

it('the example publishes to a topic that the broker takes, as the gateway may', () => {
  const value = `{"${METRICS[0].name}":21.5}`;
  expect(command(['factory/+/machine/+/telemetry'], { machine_ids: ['m1'], factory_id: "Bob's" })).toBe(
    `mosquitto_pub -h plant.local -p 1883 -u 'gw-line-1-abcd' -P 'secret' -q 1 -t 'factory/Bob'\\''s/machine/m1/telemetry' -m '${value}'`,
  );
  expect(command(['hall/+/#'], { machine_ids: ['m1'] })).toContain(
    `-t 'hall/line-1/line-1' -m '{"machine_id":"m1","${METRICS[0].name}":21.5}'`,
  );
});
