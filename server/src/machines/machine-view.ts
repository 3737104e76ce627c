// A machine as the API returns it.

import { type Connection, isoTime, type LatestReading, type Machine } from '@gonsters/contract';
import type { MachineRecord } from './machine-repository.ts';

/** `inactivityTimeout` is that of the machine alone, in seconds; null if it has none. */
export function machineView(
  record: MachineRecord,
  current: { latest: LatestReading | null; connection: Connection; inactivityTimeout: number | null },
): Machine {
  const { latest, connection, inactivityTimeout } = current;
  return {
    machine_id: record.id,
    aliases: [...record.aliases],
    name: record.name,
    location: record.location,
    sensor_type: record.sensorType,
    status: record.status,
    status_until: record.statusUntilMs === null ? null : isoTime(record.statusUntilMs),
    factory_id: record.factoryId,
    created_at: isoTime(record.createdAtMs),
    updated_at: isoTime(record.updatedAtMs),
    last_seen: latest?.timestamp ?? null,
    connection,
    inactivity_timeout: inactivityTimeout,
    latest,
  };
}
