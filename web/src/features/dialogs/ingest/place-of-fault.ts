// Where in a batch a fault is, from the server's path and what was sent.

export interface FaultPlace {
  machineId: string | null;
  /** From 0, as in the path. */
  reading: number | null;
  timeMs: number | null;
  /** The rest of the path. */
  field: string;
}

/** `path` like `batch[0].readings[2].timestamp`. */
export function placeOfFault(sent: unknown, path: string): FaultPlace {
  const [, machineIndex, readingIndex, rest = ''] = /^batch\[(\d+)\](?:\.readings\[(\d+)\])?\.?(.*)$/.exec(path) ?? [];
  if (machineIndex === undefined) return { machineId: null, reading: null, timeMs: null, field: path };
  const entry = at(at(sent, 'batch'), Number(machineIndex));
  const machineId = at(entry, 'machine_id');
  const reading = readingIndex === undefined ? null : Number(readingIndex);
  const time = reading === null ? null : at(at(at(entry, 'readings'), reading), 'timestamp');
  const timeMs = typeof time === 'number' ? time : typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return {
    machineId: typeof machineId === 'string' ? machineId : null,
    reading,
    timeMs: Number.isFinite(timeMs) && Math.abs(timeMs) < 8.64e15 ? timeMs : null,
    field: rest,
  };
}

function at(value: unknown, key: string | number): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[key] : undefined;
}
