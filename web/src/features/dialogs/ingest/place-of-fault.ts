// A batch of readings that a user pastes: parsing it, and finding the place in it that a fault of the server refers to.

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

/** Only the JSON syntax is checked here. The server checks the readings. */
export type ReadBatch = { ok: true; body: unknown } | { ok: false; reason: 'empty' | { notJson: string } };

export function readBatch(text: string): ReadBatch {
  if (text.trim() === '') return { ok: false, reason: 'empty' };
  try {
    return { ok: true, body: JSON.parse(text) };
  } catch (error) {
    return { ok: false, reason: { notJson: error instanceof Error ? error.message : '' } };
  }
}
