// What every event bus does for the subscribers of its own node.

import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../src/events/domain-events.ts';
import type { EventBus } from '../../src/events/event-bus.ts';

const event: DomainEvent = { kind: 'gateways' };

/** `open` resolves with a started bus. */
export function describeEventBus(name: string, open: () => Promise<EventBus>): void {
  describe(`the event bus: ${name}`, () => {
    it('delivers in order, before publish returns, until the subscription ends', async () => {
      const bus = await open();
      const got: string[] = [];
      const end = bus.subscribe(() => got.push('first'));
      bus.subscribe(() => got.push('second'));
      bus.publish(event);
      expect(got).toEqual(['first', 'second']);
      end();
      bus.publish(event);
      expect(got).toEqual(['first', 'second', 'second']);
    });

    it('delivers to the other subscribers when one throws', async () => {
      const bus = await open();
      const got: DomainEvent[] = [];
      bus.subscribe(() => {
        throw new Error('broken');
      });
      bus.subscribe((each) => got.push(each));
      bus.publish(event);
      expect(got).toEqual([event]);
    });

    it('delivers nothing after a stop, and may be stopped twice', async () => {
      const bus = await open();
      const got: DomainEvent[] = [];
      bus.subscribe((each) => got.push(each));
      await bus.stop();
      await bus.stop();
      bus.publish(event);
      expect(got).toEqual([]);
    });
  });
}
