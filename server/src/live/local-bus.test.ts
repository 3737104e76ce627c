import { describe, expect, it } from 'vitest';
import { silentLogger } from '../log.ts';
import type { LiveEvent } from './live-bus.ts';
import { LocalBus } from './local-bus.ts';

const event: LiveEvent = { kind: 'gateways' };

describe('the bus of one process', () => {
  it('delivers in order, before publish returns, until the subscription ends', () => {
    const bus = new LocalBus(silentLogger);
    const got: string[] = [];
    const end = bus.subscribe(() => got.push('first'));
    bus.subscribe(() => got.push('second'));
    bus.publish(event);
    expect(got).toEqual(['first', 'second']);
    end();
    bus.publish(event);
    expect(got).toEqual(['first', 'second', 'second']);
  });

  it('lets no subscriber that throws harm another', () => {
    const bus = new LocalBus(silentLogger);
    const got: LiveEvent[] = [];
    bus.subscribe(() => {
      throw new Error('broken');
    });
    bus.subscribe((each) => got.push(each));
    bus.publish(event);
    expect(got).toEqual([event]);
  });

  it('delivers nothing after it was stopped', async () => {
    const bus = new LocalBus(silentLogger);
    const got: LiveEvent[] = [];
    bus.subscribe((each) => got.push(each));
    await bus.stop();
    bus.publish(event);
    expect(got).toEqual([]);
  });
});
