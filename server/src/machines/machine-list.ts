// Filters, orders and pages the machines in memory: 10,000 of them in a few milliseconds.

import { type Connection, MACHINE_STATUSES, type MachineStatus } from '@gonsters/contract';
import { nameKey, searchKey } from '../name-key.ts';
import type { IndexedEntry } from './machine-entry.ts';

export interface MachineQuery {
  limit: number;
  offset: number;
  /** The whole name of the place, without regard to case; likewise the sensor type. */
  location?: string;
  status?: MachineStatus;
  sensorType?: string;
  connection?: Connection;
  /** Part of the name, the location, the sensor type or the id, without regard to case, hyphens and underscores. */
  search?: string;
  sort: {
    by: 'name' | 'location' | 'status' | 'last_seen' | 'created_at';
    descending: boolean;
  };
}
type Sort = MachineQuery['sort'];
type Compare = (a: IndexedEntry, b: IndexedEntry) => number;

/** Orders that only a change of a machine can change. */
const STABLE_ORDERS: Record<Exclude<Sort['by'], 'last_seen'>, Compare> = {
  name: () => 0,
  location: (a, b) => text(a.locationOrder, b.locationOrder),
  status: (a, b) => MACHINE_STATUSES.indexOf(a.record.status) - MACHINE_STATUSES.indexOf(b.record.status),
  created_at: (a, b) => a.record.createdAtMs - b.record.createdAtMs,
};

/** The orders that were asked for are kept, and changed in place where one machine comes, goes or changes. */
export class MachineList {
  readonly #entries: ReadonlyMap<string, IndexedEntry>;
  readonly #ordered = new Map<string, { compare: Compare; entries: IndexedEntry[] }>();

  constructor(entries: ReadonlyMap<string, IndexedEntry>) {
    this.#entries = entries;
  }

  /** A machine that is new or was described anew takes its place. */
  place(entry: IndexedEntry): void {
    this.remove(entry);
    for (const { compare, entries } of this.#ordered.values()) {
      entries.splice(placeOf(entries, entry, compare), 0, entry);
    }
  }

  remove(entry: IndexedEntry): void {
    for (const { entries } of this.#ordered.values()) {
      const at = entries.indexOf(entry);
      if (at >= 0) entries.splice(at, 1);
    }
  }

  /** Many machines came or went: the orders are made anew when they are next asked for. */
  clear(): void {
    this.#ordered.clear();
  }

  page(
    query: MachineQuery,
    connectionOf: (entry: IndexedEntry) => Connection,
  ): { total: number; entries: readonly IndexedEntry[] } {
    const { sort, offset } = query;
    const found = this.#inOrder(sort).filter(filterOf(query, connectionOf));
    const end = Math.min(offset + query.limit, found.length);
    const entries = sort.by === 'last_seen' ? pageByLastSeen(found, sort, offset, end) : found.slice(offset, end);
    return { total: found.length, entries };
  }

  #inOrder({ by, descending }: Sort): readonly IndexedEntry[] {
    if (by === 'last_seen') return this.#inOrder({ by: 'name', descending: false });
    const key = `${by} ${descending}`;
    let order = this.#ordered.get(key);
    if (!order) {
      const compare = totalOrder(by, descending);
      order = { compare, entries: [...this.#entries.values()].sort(compare) };
      this.#ordered.set(key, order);
    }
    return order.entries;
  }
}

/** Machines that are equal stand by name, in either direction. */
function totalOrder(by: keyof typeof STABLE_ORDERS, descending: boolean): Compare {
  const primary = STABLE_ORDERS[by];
  const sign = descending ? -1 : 1;
  const nameSign = by === 'name' ? sign : 1;
  return (a, b) => sign * primary(a, b) || nameSign * text(a.nameOrder, b.nameOrder) || text(a.record.id, b.record.id);
}

function placeOf(entries: readonly IndexedEntry[], entry: IndexedEntry, compare: Compare): number {
  let from = 0;
  let to = entries.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (compare(entries[middle] as IndexedEntry, entry) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

function filterOf(query: MachineQuery, connectionOf: (entry: IndexedEntry) => Connection) {
  const { status, connection } = query;
  const location = query.location === undefined ? undefined : nameKey(query.location);
  const sensorType = query.sensorType === undefined ? undefined : nameKey(query.sensorType);
  const search = searchKey(query.search?.trim() ?? '');
  return (entry: IndexedEntry): boolean =>
    (status === undefined || entry.record.status === status) &&
    (location === undefined || entry.locationKey === location) &&
    (sensorType === undefined || entry.sensorTypeKey === sensorType) &&
    (search === '' || entry.searchKey.includes(search)) &&
    (connection === undefined || connectionOf(entry) === connection);
}

/**
 * `found` stands by name and changes its last-seen order all the time, so only the page is put in order: sorting bare
 * numbers is fast and tells which times the page spans. Machines that never reported stand last, whichever way.
 */
function pageByLastSeen(
  found: readonly IndexedEntry[],
  { descending }: Sort,
  offset: number,
  end: number,
): IndexedEntry[] {
  if (offset >= end) return [];
  const keys = Float64Array.from(found, ({ latestMs }) => {
    if (Number.isNaN(latestMs)) return Number.POSITIVE_INFINITY;
    return descending ? -latestMs : latestMs;
  });
  const sorted = keys.toSorted();
  const first = sorted[offset] as number;
  const last = sorted[end - 1] as number;
  const spanned = found.flatMap((entry, i) => {
    const key = keys[i] as number;
    return key >= first && key <= last ? [{ entry, key }] : [];
  });
  spanned.sort((a, b) => (a.key === b.key ? 0 : a.key - b.key));
  const before = sorted.indexOf(first);
  return spanned.slice(offset - before, end - before).map(({ entry }) => entry);
}

const text = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
