// Counts the machines by status, connection, condition, location and sensor type.

import {
  CONNECTIONS,
  type Connection,
  conditionOf,
  MACHINE_CONDITIONS,
  MACHINE_STATUSES,
  type MachineCondition,
  type MachineStatus,
} from '@gonsters/contract';
import { naturalKey } from '../name-key.ts';
import type { IndexedEntry } from './machine-entry.ts';
import type { CurrentState } from './machine-list.ts';

export interface MachineSummary {
  total: number;
  byStatus: Record<MachineStatus, number>;
  byConnection: Record<Connection, number>;
  byCondition: Record<MachineCondition, number>;
  locations: { name: string; count: number }[];
  sensorTypes: { name: string; count: number }[];
}

export function summarise(entries: Iterable<IndexedEntry>, { connectionOf, alarmOf }: CurrentState): MachineSummary {
  let total = 0;
  const byStatus = zeroes(MACHINE_STATUSES);
  const byConnection = zeroes(CONNECTIONS);
  const byCondition = zeroes(MACHINE_CONDITIONS);
  const locations = new Map<string, number>();
  const sensorTypes = new Map<string, number>();
  for (const entry of entries) {
    const { status, location, sensorType } = entry.record;
    total++;
    byStatus[status]++;
    const connection = connectionOf(entry);
    byConnection[connection]++;
    byCondition[conditionOf(status, connection, alarmOf(entry.record.id))]++;
    locations.set(location, (locations.get(location) ?? 0) + 1);
    sensorTypes.set(sensorType, (sensorTypes.get(sensorType) ?? 0) + 1);
  }
  return { total, byStatus, byConnection, byCondition, locations: byName(locations), sensorTypes: byName(sensorTypes) };
}

const zeroes = <K extends string>(keys: readonly K[]) =>
  Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;

const byName = (counts: ReadonlyMap<string, number>) =>
  [...counts]
    .map(([name, count]) => ({ name, count, key: naturalKey(name) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ name, count }) => ({ name, count }));
