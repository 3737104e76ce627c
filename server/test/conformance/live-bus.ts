// What every live bus does for the subscribers of its own node, whatever it does for others.

import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../src/events/domain-events.ts';
import type { EventBus } from '../../src/events/event-bus.ts';

const event: DomainEvent = { kind: 'gateways' };

/** `open` answers a started bus. */
export function describeLiveBus(name: string, open: () => Promise<EventBus>): void {
  describe(`the live bus: ${name}`, () => {
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

    it('lets no subscriber that throws harm another', async () => {
      const bus = await open();
      const got: DomainEvent[] = [];
      bus.subscribe(() => {
        throw new Error('broken');
      });
      bus.subscribe((each) => got.push(each));
      bus.publish(event);
      expect(got).toEqual([event]);
    });

    it('delivers nothing after it was stopped, which is safe twice', async () => {
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
