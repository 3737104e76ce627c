// The port by which one node sends a request to the others, and the list of this node's requests that wait for a reply.

import { randomUUID } from 'node:crypto';
import { AppError } from '../errors.ts';

export interface RequestChannel {
  /**
   * Sends a request to every other node and resolves with the first reply; later replies are ignored. Request and reply are
   * plain JSON. Rejects with `store_unavailable` where no reply arrived within `withinMs`. The request may have been
   * executed all the same.
   */
  request(payload: unknown, withinMs: number, topic?: RequestTopic): Promise<unknown>;
  /**
   * Sets the handler of other nodes' requests of a topic; there is one of each. It resolves with the reply, or with undefined to
   * send none. It must not reject.
   */
  onRequest(handler: RequestHandler, topic?: RequestTopic): void;
}
/** By default requests are commands for the alert leader. */
export type RequestTopic = 'command' | 'backtest';
export type RequestHandler = (payload: unknown) => Promise<unknown>;

export class PendingRequests {
  readonly #waiting = new Map<string, (reply: unknown) => void>();

  /** `send` is called with the request's id. Rejects with `store_unavailable` where no reply arrives in time. */
  add(send: (id: string) => void, withinMs: number): Promise<unknown> {
    const id = randomUUID();
    return new Promise((resolve, reject) => {
      const timeout = setTimeout(() => {
        this.#waiting.delete(id);
        reject(noReply());
      }, withinMs);
      this.#waiting.set(id, (reply) => {
        clearTimeout(timeout);
        this.#waiting.delete(id);
        resolve(reply);
      });
      send(id);
    });
  }

  /** Resolves the request with this reply. A second reply to the same request does nothing. */
  resolve(id: string, reply: unknown): void {
    this.#waiting.get(id)?.(reply);
  }
}

/** Only one node answers a request: the alert leader, or the one that has what is asked for. */
export const noReply = () =>
  new AppError('store_unavailable', 'The alert leader does not answer', { retryAfterSeconds: 3 });
