// When a person does not want to be disturbed. Pure.

import { fromLocalMs, type QuietHours, toLocalMs } from '@gonsters/contract';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/**
 * When the quiet hours that contain this moment end; null outside of them. They begin at `from` and end at `to` as the clocks of
 * the zone show it, on the same day or the next; so on the days on which clocks change they are shorter or longer.
 *
 * @param atMs UTC ms
 * @returns UTC ms, later than `atMs`
 */
export function quietHoursEnd({ from, to, zone }: QuietHours, atMs: number): number | null {
  const fromMs = minutesOf(from) * MINUTE_MS;
  const toMs = minutesOf(to) * MINUTE_MS;
  const today = Math.floor(toLocalMs(zone, atMs) / DAY_MS) * DAY_MS;
  // Those that began yesterday may still last. A clock that goes back over midnight shows a day twice.
  for (const day of [today - DAY_MS, today, today + DAY_MS]) {
    const startMs = fromLocalMs(zone, day + fromMs);
    const endMs = fromLocalMs(zone, day + toMs + (toMs <= fromMs ? DAY_MS : 0));
    if (startMs <= atMs && atMs < endMs) return endMs;
  }
  return null;
}

function minutesOf(wallClock: string): number {
  const [hours, minutes] = wallClock.split(':').map(Number) as [number, number];
  return hours * 60 + minutes;
}
