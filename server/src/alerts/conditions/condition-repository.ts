// The port to the stored conditions.

import type { Condition } from '@gonsters/contract';

/** Changes are durable when the promise resolves. Every method rejects with `store_unavailable` while the database is away. */
export interface ConditionRepository {
  /** Plant-wide ones first, then those of types, then those of machines; in each, the oldest first. */
  all(): Promise<Condition[]>;
  /** Rejects with `conflict` for a condition of the same kind, scope and metric, and if there are `max` conditions. */
  add(condition: Condition, max: number): Promise<void>;
  /** Rejects with `not_found`. */
  replace(condition: Condition): Promise<void>;
  delete(id: string): Promise<void>;
}
