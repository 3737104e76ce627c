// The questions of this node that wait for an answer.

import { randomUUID } from 'node:crypto';
import { AppError } from '../errors.ts';

export class PendingRequests {
  readonly #waiting = new Map<string, (answer: unknown) => void>();

  /** `send` is given the question's id. Rejects with `store_unavailable` where no answer comes in time. */
  ask(send: (id: string) => void, withinMs: number): Promise<unknown> {
    const id = randomUUID();
    return new Promise((resolve, reject) => {
      const giveUp = setTimeout(() => {
        this.#waiting.delete(id);
        reject(nobodyAnswers());
      }, withinMs);
      this.#waiting.set(id, (answer) => {
        clearTimeout(giveUp);
        this.#waiting.delete(id);
        resolve(answer);
      });
      send(id);
    });
  }

  /** The first answer counts. */
  settle(id: string, answer: unknown): void {
    this.#waiting.get(id)?.(answer);
  }
}

export const nobodyAnswers = () =>
  new AppError('store_unavailable', 'No node answers that keeps watch over alerts', { retryAfterSeconds: 3 });
