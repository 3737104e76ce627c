import { describe, expect, it } from 'vitest';
import { ProcessMetrics } from '../../process-metrics.ts';
import { DeadLetters, rejectedValue } from './dead-letters.ts';

function makeDeadLetters(capacity?: number) {
  let nowMs = 0;
  const metrics = new ProcessMetrics();
  const clock = { nowMs: () => ++nowMs };
  return { metrics, deadLetters: new DeadLetters({ clock, metrics, ...(capacity !== undefined && { capacity }) }) };
}
const rejected = { source: 'mqtt', topic: 't', reason: 'not_json', payload: '{' } as const;

describe('DeadLetters', () => {
  it('keeps the newest payloads, and counts all of them', async () => {
    const { deadLetters, metrics } = makeDeadLetters(3);
    for (let i = 1; i <= 5; i++) deadLetters.add({ ...rejected, topic: `t${i}` });
    deadLetters.add({ ...rejected, reason: 'no_value', count: 7 });
    const page = deadLetters.page({ limit: 10 });
    expect(page.rejected.map(({ id, topic, receivedAtMs }) => [id, topic, receivedAtMs])).toEqual([
      [6, 't', 6],
      [5, 't5', 5],
      [4, 't4', 4],
    ]);
    expect(page.nextCursor).toBeNull();
    expect(deadLetters.counts()).toEqual({ not_json: 5, no_value: 7 });
    expect(await metrics.registry.metrics()).toContain('reason="no_value"} 7');
  });

  it('lets a chatty sender hide no other: the oldest of the sender with the most gives way', () => {
    const { deadLetters } = makeDeadLetters(10);
    deadLetters.add({ ...rejected, topic: 'factory/f/machine/a/telemetry' });
    deadLetters.add({ ...rejected, gatewayId: 'g1', topic: 'x' });
    for (let i = 0; i < 1000; i++) deadLetters.add({ ...rejected, topic: 'chatty/tags/7' });
    for (let i = 0; i < 100; i++) deadLetters.add({ ...rejected, gatewayId: 'g2', topic: `invented/${i}` });
    const kept = deadLetters.page({ limit: 100 }).rejected.map(({ gatewayId, topic }) => gatewayId ?? topic);
    expect(kept).toHaveLength(10);
    expect(kept.slice(-2)).toEqual(['g1', 'factory/f/machine/a/telemetry']);
    expect(kept.filter((each) => each === 'g2')).toHaveLength(4);
    expect(kept.filter((each) => each === 'chatty/tags/7')).toHaveLength(4);
    expect(deadLetters.counts()).toEqual({ not_json: 1102 });
  });

  it('keeps the metric and the value of a fault, also those of another node', () => {
    const { deadLetters } = makeDeadLetters();
    const { deadLetters: other } = makeDeadLetters();
    const about = rejectedValue('batch[3].readings[7].pressure', 'x\u001b'.repeat(150));
    deadLetters.add({ ...rejected, reason: 'not_a_number', about, count: 3 });
    deadLetters.add({ ...rejected, reason: 'bad_timestamp', about: rejectedValue('timestamp', 7) });
    deadLetters.add({ ...rejected, reason: 'out_of_range', about: rejectedValue('speed', Number.NEGATIVE_INFINITY) });
    deadLetters.add({ ...rejected, reason: 'not_a_number', about: rejectedValue('speed', { deep: [1] }) });
    const delta = deadLetters.takeDelta();
    other.merge(JSON.parse(JSON.stringify(delta)));
    other.merge({
      counts: [['not_json', 1]],
      payloads: [{ receivedAtMs: 1, source: 'mqtt', topic: 't', reason: 'not_json', base64: '' }],
    } as never);
    const shown = (from: DeadLetters) => from.page({ limit: 9 }).rejected.map(({ metric, value }) => [metric, value]);
    expect(shown(deadLetters)).toEqual([
      ['speed', null],
      ['speed', '-Infinity'],
      [null, null],
      ['pressure', 'x\\u001b'.repeat(100)],
    ]);
    expect(shown(other)).toEqual([[null, null], ...shown(deadLetters)]);
  });

  it('pages by cursor without a gap or a repetition, also by reason', () => {
    const { deadLetters } = makeDeadLetters();
    for (let i = 0; i < 30; i++) deadLetters.add({ ...rejected, reason: i % 3 === 0 ? 'no_value' : 'not_json' });
    const ids: number[] = [];
    let cursor: string | null = null;
    do {
      const page = deadLetters.page({ reason: 'no_value', limit: 4, ...(cursor !== null && { cursor }) });
      ids.push(...page.rejected.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(ids).toEqual([28, 25, 22, 19, 16, 13, 10, 7, 4, 1]);
  });

  it.each(['x', '-1', '0', ''])('starts at the newest for the cursor %j', (cursor) => {
    const { deadLetters } = makeDeadLetters();
    deadLetters.add(rejected);
    expect(deadLetters.page({ limit: 1, cursor }).rejected).toHaveLength(1);
  });

  it.each<[string, Uint8Array | string, string]>([
    ['text', 'Suhu 80 °C', 'Suhu 80 °C'],
    ['control characters', 'a\r\n\u001b[31m\0\u202e', 'a\\u000d\\u000a\\u001b[31m\\u0000\\u202e'],
    ['bytes that are not text', Buffer.from([0x41, 0xff, 0x00, 0xc3]), 'A\\xff\\u0000\\xc3'],
    ['the first kilobyte', 'x'.repeat(2000), 'x'.repeat(1024)],
    ['whole characters', Buffer.from('°'.repeat(1000).replace('°', 'x')), `x${'°'.repeat(511)}`],
  ])('shows %s', (_, payload, shown) => {
    const { deadLetters } = makeDeadLetters();
    deadLetters.add({ ...rejected, payload });
    expect(deadLetters.page({ limit: 1 }).rejected[0]?.payload).toBe(shown);
  });

  it('escapes line breaks in a topic and limits its length', () => {
    const { deadLetters } = makeDeadLetters();
    deadLetters.add({ ...rejected, topic: `a\n${'b'.repeat(1000)}` });
    const [first] = deadLetters.page({ limit: 1 }).rejected;
    expect(first?.topic.startsWith('a\\u000ab')).toBe(true);
    expect(first?.topic.length).toBeLessThan(300);
  });

  it('keeps a copy: the buffer may be reused', () => {
    const { deadLetters } = makeDeadLetters();
    const payload = Buffer.from('before');
    deadLetters.add({ ...rejected, payload });
    payload.fill(0);
    expect(deadLetters.page({ limit: 1 }).rejected[0]?.payload).toBe('before');
  });
});
