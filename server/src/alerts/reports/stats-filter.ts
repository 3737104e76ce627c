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

/** @param locationOf the current location of a machine; undefined for one that was deleted */
export async function* filtered<R extends Raised>(
  raises: AsyncIterable<R>,
  { location, machineId, shifts }: StatsFilter,
  locationOf: (machineId: string) => string | undefined,
): AsyncIterable<R> {
  for await (const raise of raises) {
    if (machineId !== undefined && raise.machineId !== machineId) continue;
    const place = (raise.machineId === null ? undefined : locationOf(raise.machineId)) ?? raise.location;
    if (location !== undefined && place !== location) continue;
    if (shifts !== undefined && !isWithin(raise.atMs, shifts)) continue;
    yield raise;
  }
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
