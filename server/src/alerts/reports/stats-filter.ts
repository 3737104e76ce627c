// Which raises the statistics are about: of the plant, a location or a machine, in a whole range or in the shifts of one name.

export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}
export interface StatsFilter {
  /** Where the machine is now. */
  readonly location?: string;
  readonly machineId?: string;
  /** Ascending, and not overlapping. */
  readonly shifts?: readonly TimeSpan[];
}
interface Raised {
  readonly atMs: number;
  readonly machineId: string | null;
  readonly location: string;
}

/**
 * @param pages of raises
 * @param locationOf the current location of a machine; undefined for one that was deleted
 */
export async function* filtered<R extends Raised>(
  pages: AsyncIterable<readonly R[]>,
  filter: StatsFilter,
  locationOf: (machineId: string) => string | undefined,
): AsyncIterable<readonly R[]> {
  for await (const page of pages) yield page.filter((raise) => isCounted(raise, filter, locationOf));
}

function isCounted(
  raise: Raised,
  { location, machineId, shifts }: StatsFilter,
  locationOf: (machineId: string) => string | undefined,
): boolean {
  if (machineId !== undefined && raise.machineId !== machineId) return false;
  if (location !== undefined) {
    const place = (raise.machineId === null ? undefined : locationOf(raise.machineId)) ?? raise.location;
    if (place !== location) return false;
  }
  return shifts === undefined || isWithin(raise.atMs, shifts);
}

function isWithin(atMs: number, spans: readonly TimeSpan[]): boolean {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((spans[middle] as TimeSpan).toMs <= atMs) low = middle + 1;
    else high = middle;
  }
  const span = spans[low];
  return span !== undefined && span.fromMs <= atMs;
}

/** How much of [fromMs, toMs) lies in the spans. */
export function coveredMs(spans: readonly TimeSpan[], fromMs: number, toMs: number): number {
  return spans.reduce((sum, span) => sum + Math.max(0, Math.min(span.toMs, toMs) - Math.max(span.fromMs, fromMs)), 0);
}
