// The port for events. What is published on the bus has been stored before.

import type { DomainEvent } from './domain-events.ts';

export interface EventBus {
  /**
   * Delivers the event to this node's subscribers before it returns, in the order of the calls. Other nodes receive it
   * later, in the same order, at most once: an event can be lost on the way. A subscriber that throws is logged, and the
   * others still receive the event. After `stop` nothing is delivered.
   */
  publish(event: DomainEvent): void;
  /** The handler is called synchronously. @returns a function that ends the subscription */
  subscribe(handler: (event: DomainEvent) => void): () => void;
  start(): Promise<void>;
  /** Ends all subscriptions. Safe to call twice. */
  stop(): Promise<void>;
}
