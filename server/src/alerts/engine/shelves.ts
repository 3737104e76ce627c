// Which conditions are shelved until when. A shelf belongs to a condition, so it can outlast an alert of the condition.

import { AppError } from '../../errors.ts';
import { isClosed, keyOf, type Shelf, shelfOf } from '../rules/alert-lifecycle.ts';
import type { AlertRecord } from '../store/alert-repository.ts';

const MAX_SHELVED_MS = 24 * 3_600_000;

/** @throws AppError `validation_failed` */
export function checkShelf(untilMs: number, nowMs: number): void {
  const fault =
    untilMs <= nowMs
      ? 'Must be in the future'
      : untilMs > nowMs + MAX_SHELVED_MS
        ? 'Must be at most 24 hours ahead'
        : null;
  if (fault !== null) {
    throw new AppError('validation_failed', undefined, {
      faults: [{ field: 'until', error: fault, value: new Date(untilMs).toISOString() }],
    });
  }
}

export class Shelves {
  /** Per condition its shelf, and the newest closed alert that carries it in the database, so that a restart finds it. */
  readonly #shelves = new Map<string, { shelf: Shelf; carrier: AlertRecord | null }>();

  get(key: string): Shelf | null {
    return this.#shelves.get(key)?.shelf ?? null;
  }

  set(key: string, shelf: Shelf): void {
    this.#shelves.set(key, { shelf, carrier: this.#shelves.get(key)?.carrier ?? null });
  }

  /** To be called with each new version of an alert. @returns an older closed alert that needs not carry the shelf any more */
  updateCarrier(alert: AlertRecord): AlertRecord | null {
    const shelf = shelfOf(alert);
    if (shelf === null || !isClosed(alert)) return null;
    const key = keyOf(alert);
    const before = this.#shelves.get(key)?.carrier ?? null;
    this.#shelves.set(key, { shelf, carrier: alert });
    return before?.id === alert.id ? null : before;
  }

  /** Ends a shelf. @returns the closed alert that carries it */
  remove(key: string): AlertRecord | null {
    const carrier = this.#shelves.get(key)?.carrier ?? null;
    this.#shelves.delete(key);
    return carrier;
  }

  /** The conditions whose shelf has ended. */
  due(nowMs: number): string[] {
    const keys: string[] = [];
    for (const [key, { shelf }] of this.#shelves) if (shelf.untilMs <= nowMs) keys.push(key);
    return keys;
  }
}
