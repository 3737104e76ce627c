// Filters, sorts and pages the machines in memory: 10,000 machines in a few milliseconds.

import {
  type AlarmFilter,
  type AlarmState,
  type Connection,
  conditionOf,
  MACHINE_CONDITIONS,
  MACHINE_STATUSES,
  type MachineSort,
  type MachineStatus,
} from '@gonsters/contract';
import { nameKey, searchKey } from '../name-key.ts';
import type { IndexedEntry } from './machine-entry.ts';
import { isInScope, type MachineScope } from './machine-scope.ts';

export interface MachineQuery {
  limit: number;
  offset: number;
  /** The whole location, without regard to case; likewise the sensor type. */
  location?: string;
  status?: MachineStatus;
  sensorType?: string;
  connection?: Connection;
  alarm?: AlarmFilter;
  /** Part of the name, location, sensor type, id or an alias, without regard to case, hyphens and underscores. */
  search?: string;
  /** Whether the machine has limits of its own. */
  ownLimits?: boolean;
  /** Default: every machine. */
  scope?: MachineScope;
  sort: {
    by: MachineSort;
    descending: boolean;
  };
}
type Sort = MachineQuery['sort'];
/** Properties of machines that change without a change of the machine. */
export interface CurrentState {
  connectionOf: (entry: IndexedEntry) => Connection;
  hasOwnLimits: (entry: IndexedEntry) => boolean;
  alarmOf: AlarmOf;
}
/** The worst active alert about a value of a machine; null if there is none. */
export type AlarmOf = (machineId: string) => AlarmState | null;
type Compare = (a: IndexedEntry, b: IndexedEntry) => number;

/** Orders that only change when a machine is added, changed or deleted. */
const STABLE_ORDERS: Record<Exclude<Sort['by'], 'last_seen' | 'condition'>, Compare> = {
  name: () => 0,
  location: (a, b) => text(a.locationOrder, b.locationOrder),
  status: (a, b) => MACHINE_STATUSES.indexOf(a.record.status) - MACHINE_STATUSES.indexOf(b.record.status),
  created_at: (a, b) => a.record.createdAtMs - b.record.createdAtMs,
};

/** Keeps the sorted lists that were asked for, and updates them in place when one machine is added, changed or deleted. */
export class MachineList {
  readonly #entries: ReadonlyMap<string, IndexedEntry>;
  readonly #ordered = new Map<string, { compare: Compare; entries: IndexedEntry[] }>();

  constructor(entries: ReadonlyMap<string, IndexedEntry>) {
    this.#entries = entries;
  }

  /** Puts a new or changed machine into every sorted list. */
  insert(entry: IndexedEntry): void {
    this.remove(entry);
    for (const { compare, entries } of this.#ordered.values()) {
      entries.splice(insertionIndex(entries, entry, compare), 0, entry);
    }
  }

  remove(entry: IndexedEntry): void {
    for (const { entries } of this.#ordered.values()) {
      const at = entries.indexOf(entry);
      if (at >= 0) entries.splice(at, 1);
    }
  }

  /** Drops the sorted lists, after many changes; each is sorted again when it is next asked for. */
  clear(): void {
    this.#ordered.clear();
  }

  page(query: MachineQuery, state: CurrentState): { total: number; entries: readonly IndexedEntry[] } {
    const { sort, offset } = query;
    const found = this.#inOrder(sort).filter(filterOf(query, state));
    const end = Math.min(offset + query.limit, found.length);
    if (sort.by === 'last_seen') return { total: found.length, entries: pageByLastSeen(found, sort, offset, end) };
    const ordered = sort.by === 'condition' ? byCondition(found, sort, state) : found;
    return { total: found.length, entries: ordered.slice(offset, end) };
  }

  #inOrder({ by, descending }: Sort): readonly IndexedEntry[] {
    if (by === 'last_seen' || by === 'condition') return this.#inOrder({ by: 'name', descending: false });
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

/** Machines that compare as equal are sorted by name, ascending in either direction. */
function totalOrder(by: keyof typeof STABLE_ORDERS, descending: boolean): Compare {
  const primary = STABLE_ORDERS[by];
  const sign = descending ? -1 : 1;
  const nameSign = by === 'name' ? sign : 1;
  return (a, b) => sign * primary(a, b) || nameSign * text(a.nameOrder, b.nameOrder) || text(a.record.id, b.record.id);
}

function insertionIndex(entries: readonly IndexedEntry[], entry: IndexedEntry, compare: Compare): number {
  let from = 0;
  let to = entries.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (compare(entries[middle] as IndexedEntry, entry) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

function filterOf(query: MachineQuery, { connectionOf, hasOwnLimits, alarmOf }: CurrentState) {
  const { status, connection, alarm, ownLimits, scope = null } = query;
  const location = query.location === undefined ? undefined : nameKey(query.location);
  const sensorType = query.sensorType === undefined ? undefined : nameKey(query.sensorType);
  const search = searchKey(query.search?.trim() ?? '');
  return (entry: IndexedEntry): boolean =>
    (scope === null || isInScope(scope, entry.record)) &&
    (status === undefined || entry.record.status === status) &&
    (location === undefined || entry.locationKey === location) &&
    (sensorType === undefined || entry.sensorTypeKey === sensorType) &&
    (search === '' || entry.searchKey.includes(search)) &&
    (ownLimits === undefined || hasOwnLimits(entry) === ownLimits) &&
    (connection === undefined || connectionOf(entry) === connection) &&
    (alarm === undefined || isOfAlarm(alarmOf(entry.record.id), alarm));
}

const isOfAlarm = (state: AlarmState | null, asked: AlarmFilter) =>
  state !== null && (asked === 'any' || state.severity === asked);

/** `found` is sorted by name, and the machines of each condition stay so. */
function byCondition(
  found: readonly IndexedEntry[],
  { descending }: Sort,
  { connectionOf, alarmOf }: CurrentState,
): IndexedEntry[] {
  const groups = new Map(MACHINE_CONDITIONS.map((condition) => [condition, [] as IndexedEntry[]]));
  for (const entry of found) {
    groups.get(conditionOf(entry.record.status, connectionOf(entry), alarmOf(entry.record.id)))?.push(entry);
  }
  const worstFirst = [...groups.values()];
  // Not `flat`, which asks for each element by itself.
  return ([] as IndexedEntry[]).concat(...(descending ? worstFirst.reverse() : worstFirst));
}

/**
 * `found` is sorted by name. The order by last reading changes all the time, so only the page is sorted: sorting plain numbers
 * is fast and gives the times that the page spans. Machines without readings come last in either direction.
 */
function pageByLastSeen(
  found: readonly IndexedEntry[],
  { descending }: Sort,
  offset: number,
  end: number,
): IndexedEntry[] {
  if (offset >= end) return [];
  const keys = new Float64Array(found.length);
  for (let i = 0; i < keys.length; i++) {
    const { latestMs } = found[i] as IndexedEntry;
    keys[i] = Number.isNaN(latestMs) ? Number.POSITIVE_INFINITY : descending ? -latestMs : latestMs;
  }
  const sorted = keys.toSorted();
  const first = sorted[offset] as number;
  const last = sorted[end - 1] as number;
  const spanned: { entry: IndexedEntry; key: number }[] = [];
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as number;
    if (key >= first && key <= last) spanned.push({ entry: found[i] as IndexedEntry, key });
  }
  spanned.sort((a, b) => (a.key === b.key ? 0 : a.key - b.key));
  const before = sorted.indexOf(first);
  return spanned.slice(offset - before, end - before).map(({ entry }) => entry);
}

const text = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
