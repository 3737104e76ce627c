import type { Alert, GatewayStatus } from '@gonsters/contract';
import { expect, it } from 'vitest';
import { isHeard, matchesText, problemOf, worstFirst } from './gateway-problem.ts';

const NOW_MS = Date.UTC(2026, 0, 15, 10);
const at = (secondsAgo: number) => new Date(NOW_MS - secondsAgo * 1000).toISOString();
const CONNECTION = { client_id: 'gwb2-7f31', protocol_version: '5', address: '10.20.4.41', connected_since: at(60) };
const TRAFFIC = {
  ...{ messages_per_second: 1, values_per_second: 2, newest_message_at: at(1), refused: [], machine_count: 0 },
  ...{ machines: [], last_hour: { messages: 100, refused: 0 } },
};

function gateway(name: string, more: Partial<GatewayStatus> = {}): GatewayStatus {
  return {
    ...{
      id: name,
      name,
      username: `gw-${name}`,
      scope: 'plant',
      needs_review: false,
      machine_ids: [],
      factory_id: null,
    },
    ...{ is_active: true, timezone: 'UTC', created_at: at(9e5), last_seen: at(1), token: null, clock: null },
    ...{ connections: [CONNECTION], disconnected_at: null, connection_lost: false, clock_offset_ms: null },
    discovered: { metric_count: 0, metrics: [], machine_count: 0, machines: [] },
    traffic: TRAFFIC,
    ...more,
  };
}
const refusing = (refused: number) => ({
  ...TRAFFIC,
  last_hour: { messages: 100, refused },
  refused: [
    { reason: 'not_json', count: 900, newest_at: at(7_200), topic: 'old', example: '' },
    { reason: 'no_machine', count: 3, newest_at: at(5), topic: 'hall/7', example: '{}' },
  ],
});
const LOST = { connections: [], disconnected_at: at(30), connection_lost: true };
const CLOCK: NonNullable<GatewayStatus['clock']> = {
  status: 'local_time',
  offset_minutes: 420,
  suggested_timezone: 'Asia/Jakarta',
  machine_ids: [],
};

it('tells the worst problem of a gateway, with the open alert about it', () => {
  const alert = { gateway_id: 'D', metric: 'connection' } as Alert;
  const lost = problemOf(gateway('D', { ...LOST, traffic: refusing(80), clock: CLOCK }), [], [alert], NOW_MS);
  expect(lost).toEqual({ kind: 'lost', sinceMs: NOW_MS - 30_000, alert });
  expect(problemOf(gateway('B', { traffic: refusing(62), clock: CLOCK }), [], [alert], NOW_MS)).toMatchObject({
    ...{ kind: 'refused', share: 0.62, alert: null },
    // The newest reason, not the most frequent one.
    refused: { reason: 'no_machine' },
  });
  // Times that are seven hours ahead are refused: the zone is what has to be set.
  const ahead = { ...refusing(100), refused: [{ ...refusing(1).refused[1], reason: 'in_the_future' }] };
  const early = gateway('C', { clock: CLOCK, traffic: ahead as GatewayStatus['traffic'] });
  expect(problemOf(early, [], [], NOW_MS)).toEqual({ kind: 'clock', clock: CLOCK, share: 1 });
  expect(problemOf(gateway('A'), [], [], NOW_MS)).toBeNull();
  expect(problemOf(gateway('off', { is_active: false, clock: CLOCK }), [], [], NOW_MS)).toBeNull();
});

it('lists the worst first, then those that work, then those that are away', () => {
  const conflict = { client_id: 'c', gateway_id: 'fighting', addresses: [], takeovers: 9, newest_at: at(1) };
  const away = { connections: [], disconnected_at: at(500), traffic: { ...TRAFFIC, messages_per_second: 0 } };
  const all = [
    ...[gateway('disabled', { is_active: false }), gateway('away', away), gateway('well'), gateway('well too')],
    ...[gateway('clock', { clock: CLOCK }), gateway('some', { traffic: refusing(2) }), gateway('fighting')],
    ...[gateway('review', { needs_review: true }), gateway('most', { traffic: refusing(51) }), gateway('lost', LOST)],
  ];
  const ranked = worstFirst(all.map((each) => ({ gateway: each, problem: problemOf(each, [conflict], [], NOW_MS) })));
  expect(ranked.map((each) => each.gateway.name)).toEqual([
    ...['lost', 'most', 'fighting', 'some', 'review', 'clock', 'well', 'well too', 'away', 'disabled'],
  ]);
});

it('counts a gateway as heard over HTTP, but not for what it sent before its connection ended', () => {
  expect(isHeard(gateway('http', { connections: [] }))).toBe(true);
  expect(isHeard(gateway('lost', { ...LOST, traffic: { ...TRAFFIC, newest_message_at: at(31) } }))).toBe(false);
  expect(isHeard(gateway('both', { ...LOST, traffic: { ...TRAFFIC, newest_message_at: at(3) } }))).toBe(true);
});

it('is found by its name, its client, its address and its machines', () => {
  const machines = [{ machine_id: 'm', name: 'CNC-014', newest_at: at(1) }];
  const found = gateway('GW-B2', { traffic: { ...TRAFFIC, machines } });
  for (const text of ['gw-b2', ' 7F31', '10.20.', 'cnc-014']) expect(matchesText(found, text)).toBe(true);
  expect(matchesText(found, 'HAAS')).toBe(false);
});
