// Filters, orders and pages the machines in memory: 10,000 of them in a few milliseconds.

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
  alarm?: AlarmFilter;
  /** Part of the name, the location, the sensor type or the id, without regard to case. */
  search?: string;
  /** Whether the machine has limits of its own. */
  ownLimits?: boolean;
  sort: {
    by: MachineSort;
    descending: boolean;
  };
}
type Sort = MachineQuery['sort'];
/** What is not kept here because it changes by itself. */
export interface Present {
  connectionOf: (entry: IndexedEntry) => Connection;
  hasOwnLimits: (entry: IndexedEntry) => boolean;
  alarmOf: AlarmOf;
}
/** The worst active alert of a machine about a value. */
export type AlarmOf = (machineId: string) => AlarmState | null;
type Compare = (a: IndexedEntry, b: IndexedEntry) => number;

/** Orders that only a change of a machine can change. */
const STABLE_ORDERS: Record<Exclude<Sort['by'], 'last_seen' | 'condition'>, Compare> = {
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

  page(query: MachineQuery, present: Present): { total: number; entries: readonly IndexedEntry[] } {
    const { sort, offset } = query;
    const found = this.#inOrder(sort).filter(filterOf(query, present));
    const end = Math.min(offset + query.limit, found.length);
    if (sort.by === 'last_seen') return { total: found.length, entries: pageByLastSeen(found, sort, offset, end) };
    const ordered = sort.by === 'condition' ? byCondition(found, sort, present) : found;
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

function filterOf(query: MachineQuery, { connectionOf, hasOwnLimits, alarmOf }: Present) {
  const { status, connection, alarm, ownLimits } = query;
  const location = query.location === undefined ? undefined : nameKey(query.location);
  const sensorType = query.sensorType === undefined ? undefined : nameKey(query.sensorType);
  const search = nameKey(query.search?.trim() ?? '');
  return (entry: IndexedEntry): boolean =>
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

/** `found` stands by name, and so do the machines of one condition: each is put behind those that came before it. */
function byCondition(
  found: readonly IndexedEntry[],
  { descending }: Sort,
  { connectionOf, alarmOf }: Present,
): IndexedEntry[] {
  const groups = new Map(MACHINE_CONDITIONS.map((condition) => [condition, [] as IndexedEntry[]]));
  for (const entry of found) {
    groups.get(conditionOf(entry.record.status, connectionOf(entry), alarmOf(entry.record.id)))?.push(entry);
  }
  const worstFirst = [...groups.values()];
  return (descending ? worstFirst.reverse() : worstFirst).flat();
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
