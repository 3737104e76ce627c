import type { GatewayList } from '@gonsters/contract';
import { expect, it } from 'vitest';
import { newestRefusal } from './newest-refusal.ts';

const NOW_MS = Date.UTC(2026, 0, 15, 10);
const at = (seconds: number) => new Date(NOW_MS + seconds * 1000).toISOString();
const refusal = (reason: string, seconds: number) => ({ reason, error: '', count: 1, last_at: at(seconds) });
const stream = { refusals: [refusal('not_json', 1)], newest: null, example_topic: 'hall/7' };
const list = (refusedAt: number, connectionAt: number) =>
  ({
    gateways: [
      {
        ...{ id: 'g', username: 'gw-line' },
        traffic: {
          refused: [{ reason: 'no_machine', count: 1, newest_at: at(refusedAt), topic: 'hall/8', example: '{}' }],
        },
      },
    ],
    refused_connections: [
      { username: 'gw-line', newest_at: at(connectionAt), reason: 'Wrong password.' },
      { username: 'gw-other', newest_at: at(99), reason: 'Of another gateway.' },
    ],
  }) as unknown as GatewayList;

it('is that of the machine, of a message that names no machine, or of a connection, whichever came last', () => {
  expect(newestRefusal([stream], undefined, null, NOW_MS)).toEqual({
    ...{ kind: 'message', atMs: NOW_MS + 1000, reason: 'not_json', topic: 'hall/7', payload: null },
  });
  expect(newestRefusal([stream], list(2, 0), 'g', NOW_MS)).toMatchObject({ reason: 'no_machine', payload: '{}' });
  expect(newestRefusal([stream], list(2, 3), 'g', NOW_MS)).toMatchObject({ kind: 'connection' });
  expect(newestRefusal([stream], list(2, 3), 'other', NOW_MS)).toMatchObject({ reason: 'not_json' });
});

it('is nothing that was refused before', () => {
  expect(newestRefusal([stream], list(0, 1), 'g', NOW_MS + 2000)).toBeNull();
});
