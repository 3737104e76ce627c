// The port to the bus: the only fan-out. What is published here has been stored.

import type { DomainEvent } from './domain-events.ts';

export interface EventBus {
  /** Delivers in order; on one node before it returns. A subscriber that throws is logged and does not affect the others. */
  publish(event: DomainEvent): void;
  /** @returns a function that ends the subscription */
  subscribe(handler: (event: DomainEvent) => void): () => void;
  start(): Promise<void>;
  stop(): Promise<void>;
}
