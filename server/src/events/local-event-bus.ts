// The event bus of a single process: synchronous calls.

import type { Logger } from '../log.ts';
import type { DomainEvent } from './domain-events.ts';
import type { EventBus } from './event-bus.ts';

export class LocalEventBus implements EventBus {
  readonly #handlers = new Set<(event: DomainEvent) => void>();
  readonly #log: Logger;

  constructor(log: Logger) {
    this.#log = log;
  }

  publish(event: DomainEvent): void {
    for (const handler of this.#handlers) {
      try {
        handler(event);
      } catch (error) {
        this.#log.error({ err: error, event: event.kind }, 'A subscriber of the event bus failed');
      }
    }
  }

  subscribe(handler: (event: DomainEvent) => void): () => void {
    this.#handlers.add(handler);
    return () => this.#handlers.delete(handler);
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {
    this.#handlers.clear();
  }
}
