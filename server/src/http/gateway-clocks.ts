// What is known of the clocks of devices, by gateway, with the zone that would correct them.

import { type DeviceClock as ClockReply, zoneOffsetMs } from '@gonsters/contract';
import type { DeviceClock } from '../ingest/clock-skew/device-clocks.ts';

const HOUR_MS = 3_600_000;
const MAX_LISTED_MACHINES = 100;

/**
 * One entry for each way in which the clocks are wrong, the one of most machines first.
 *
 * @param zone of the gateway: local times were read in it
 * @param plantZone is suggested where it fits
 */
export function describeClocks(
  clocks: readonly DeviceClock[],
  zone: string,
  plantZone: string,
  nowMs: number,
): ClockReply[] {
  const groups = new Map<string, DeviceClock[]>();
  for (const clock of clocks) {
    const key = `${clock.status} ${clock.offsetMs} ${clock.hasZone}`;
    groups.set(key, [...(groups.get(key) ?? []), clock]);
  }
  return [...groups.values()]
    .sort((a, b) => b.length - a.length)
    .map((group) => {
      const { status, offsetMs, hasZone } = group[0] as DeviceClock;
      const isCorrectable = status === 'local_time' && !hasZone;
      const localMs = hasZone ? offsetMs : offsetMs + zoneOffsetMs(zone, nowMs);
      return {
        status,
        offset_minutes: status === 'local_time' ? Math.round(localMs / 60_000) : 0,
        suggested_timezone: isCorrectable ? zoneWithOffset(localMs, plantZone, nowMs) : null,
        machine_ids: group.slice(0, MAX_LISTED_MACHINES).map(({ machineId }) => machineId),
      };
    });
}

/** The zone of the plant where it has the offset, else one of the same offset all the year, else any. */
function zoneWithOffset(offsetMs: number, plantZone: string, nowMs: number): string | null {
  const hours = offsetMs / HOUR_MS;
  if (zoneOffsetMs(plantZone, nowMs) === offsetMs) return plantZone;
  // The sign of these names is the opposite of the usual one.
  if (Number.isInteger(hours)) return hours === 0 ? 'UTC' : `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`;
  return Intl.supportedValuesOf('timeZone').find((name) => zoneOffsetMs(name, nowMs) === offsetMs) ?? null;
}
