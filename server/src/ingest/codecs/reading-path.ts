// Where a reading stands in a payload, for the messages about its faults.

export interface ReadingPath {
  /** Path of the array of readings, or of the reading itself. */
  readonly path: string;
  /** Position in the array; -1 for a reading that is in no array. */
  readonly index: number;
}

export function pathOf({ path, index }: ReadingPath): string {
  return index < 0 ? path : `${path}[${index}]`;
}

export function fieldOf(at: ReadingPath, field: string): string {
  const path = pathOf(at);
  return path === '' ? field : `${path}.${field}`;
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
