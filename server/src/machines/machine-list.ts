// Filters, orders and pages the machines in memory: 10,000 of them in a few milliseconds.

import { type Connection, MACHINE_STATUSES, type MachineStatus } from '@gonsters/contract';
import { nameKey } from '../name-key.ts';
import type { IndexedEntry } from './machine-entry.ts';

export interface MachineQuery {
  limit: number;
  offset: number;
  /** The whole name of the place, without regard to case; likewise the sensor type. */
  location?: string;
  status?: MachineStatus;
  sensorType?: string;
  connection?: Connection;
  /** Part of the name, the location, the sensor type or the id, without regard to case. */
  search?: string;
  sort: {
    by: 'name' | 'location' | 'status' | 'last_seen' | 'created_at';
    descending: boolean;
  };
}
type Sort = MachineQuery['sort'];
type Compare = (a: IndexedEntry, b: IndexedEntry) => number;

/** Orders that only a change of a machine can change, so they are kept until then. Equal ones stand by name. */
const STABLE_ORDERS: Record<Exclude<Sort['by'], 'last_seen'>, Compare> = {
  name: (a, b) => text(a.nameOrder, b.nameOrder),
  location: (a, b) => text(a.locationOrder, b.locationOrder),
  status: (a, b) => MACHINE_STATUSES.indexOf(a.record.status) - MACHINE_STATUSES.indexOf(b.record.status),
  created_at: (a, b) => a.record.createdAtMs - b.record.createdAtMs,
};

export class MachineList {
  readonly #entries: ReadonlyMap<string, IndexedEntry>;
  readonly #ordered = new Map<string, readonly IndexedEntry[]>();

  constructor(entries: ReadonlyMap<string, IndexedEntry>) {
    this.#entries = entries;
  }

  /** Machines came, went or were described anew. */
  changed(): void {
    this.#ordered.clear();
  }

  page(
    query: MachineQuery,
    connectionOf: (entry: IndexedEntry) => Connection,
  ): { total: number; entries: readonly IndexedEntry[] } {
    const matches = filterOf(query, connectionOf);
    const found = this.#inOrder(query.sort).filter(matches);
    if (query.sort.by === 'last_seen') orderByLastSeen(found, query.sort.descending);
    return { total: found.length, entries: found.slice(query.offset, query.offset + query.limit) };
  }

  #inOrder({ by, descending }: Sort): readonly IndexedEntry[] {
    if (by === 'last_seen') return this.#inOrder({ by: 'name', descending: false });
    const key = `${by} ${descending}`;
    let ordered = this.#ordered.get(key);
    if (!ordered) {
      const compare = STABLE_ORDERS[by];
      const sign = descending ? -1 : 1;
      const base = by === 'name' ? [...this.#entries.values()] : this.#inOrder({ by: 'name', descending: false });
      ordered = base.toSorted((a, b) => sign * compare(a, b));
      this.#ordered.set(key, ordered);
    }
    return ordered;
  }
}

function filterOf(query: MachineQuery, connectionOf: (entry: IndexedEntry) => Connection) {
  const { status, connection } = query;
  const location = query.location === undefined ? undefined : nameKey(query.location);
  const sensorType = query.sensorType === undefined ? undefined : nameKey(query.sensorType);
  const search = nameKey(query.search?.trim() ?? '');
  return (entry: IndexedEntry): boolean =>
    (status === undefined || entry.record.status === status) &&
    (location === undefined || entry.locationKey === location) &&
    (sensorType === undefined || entry.sensorTypeKey === sensorType) &&
    (search === '' || entry.searchKey.includes(search)) &&
    (connection === undefined || connectionOf(entry) === connection);
}

/** Machines that never reported stand last, whichever way. */
function orderByLastSeen(entries: IndexedEntry[], descending: boolean): void {
  const never = descending ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const keys = new Map<IndexedEntry, number>();
  for (const entry of entries) keys.set(entry, Number.isNaN(entry.latestMs) ? never : entry.latestMs);
  const sign = descending ? -1 : 1;
  entries.sort((a, b) => {
    const left = keys.get(a) as number;
    const right = keys.get(b) as number;
    return left === right ? 0 : sign * (left - right);
  });
}

const text = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
