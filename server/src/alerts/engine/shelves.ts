// Which conditions are shelved until when. A shelf belongs to the condition, so it outlives one alert of it.

import { AppError } from '../../errors.ts';
import { isClosed, keyOf, type Shelf } from '../rules/alert-lifecycle.ts';
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
  /** Per condition its shelf, and the newest closed alert that still carries it (so that a restart finds it). */
  readonly #shelves = new Map<string, { shelf: Shelf; closed: AlertRecord | null }>();

  of(key: string): Shelf | null {
    return this.#shelves.get(key)?.shelf ?? null;
  }

  put(key: string, shelf: Shelf): void {
    this.#shelves.set(key, { shelf, closed: this.#shelves.get(key)?.closed ?? null });
  }

  /** Takes note of an alert's newest version. Returns a closed one that no longer needs to carry the shelf. */
  note(alert: AlertRecord): AlertRecord | null {
    if (alert.shelvedUntilMs === null || !isClosed(alert)) return null;
    const key = keyOf(alert);
    const before = this.#shelves.get(key)?.closed ?? null;
    const shelf = { untilMs: alert.shelvedUntilMs, by: alert.shelvedBy ?? '', reason: alert.shelveReason ?? '' };
    this.#shelves.set(key, { shelf, closed: alert });
    return before?.id === alert.id ? null : before;
  }

  /** Ends a shelf; returns the closed alert that carried it. */
  take(key: string): AlertRecord | null {
    const closed = this.#shelves.get(key)?.closed ?? null;
    this.#shelves.delete(key);
    return closed;
  }

  due(nowMs: number): string[] {
    const keys: string[] = [];
    for (const [key, { shelf }] of this.#shelves) if (shelf.untilMs <= nowMs) keys.push(key);
    return keys;
  }
}
