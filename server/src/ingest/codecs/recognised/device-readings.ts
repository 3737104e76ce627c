// What a recognised payload contains: readings in our own form, and the ids by which their machines may be known.

/** As `decode.ts` takes it: `timestamp` as the device wrote it, values by field, `<field>_unit`, and `quality` by field. */
export type SentReading = Record<string, unknown>;

export interface DeviceReadings {
  /** Ids of the machine, the most certain first; empty where nothing names it. */
  readonly ids: readonly string[];
  readonly readings: readonly SentReading[];
}

export interface RecognisedPayload {
  /** Empty for a message of the format that carries no readings. */
  readonly devices: readonly DeviceReadings[];
  /** The format says that the topic, or the connection, names the machine: no other level of the topic is tried. */
  readonly isNamed?: boolean;
  /** The device that published the message is the machine. */
  readonly isSender?: boolean;
}

/**
 * Recognises one format. Pure, and never throws.
 *
 * @param message parsed JSON, of any shape
 * @param levels the levels of the topic
 * @param isNamed the machine is known already: by the topic, or by a level of it
 * @returns null for a payload of another format
 */
export type PayloadFormat = (message: unknown, levels: readonly string[], isNamed: boolean) => RecognisedPayload | null;

/** A message of a recognised format that carries no readings. */
export const NO_READINGS: RecognisedPayload = { devices: [] };

/** The texts that are not empty, each once. */
export function idsOf(...values: unknown[]): string[] {
  const ids = values
    .filter((value) => typeof value === 'string' || typeof value === 'number')
    .map((value) => String(value).trim());
  return [...new Set(ids)].filter((id) => id !== '');
}
