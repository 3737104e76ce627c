// Interprets the answers of InfluxDB 1.x, 2.x and 3.x: rows, refused lines, errors.

import type { RefusalReason } from '../../refused-readings.ts';

const MAX_MESSAGE_CHARACTERS = 500;
/**
 * Refusals that sending again never mends, while the other lines are stored: a line is older than the retention, or a
 * field has another type than stored. Other dropped lines, for example past a limit of series, may be stored later.
 */
const NEVER_STORED = /(beyond|outside) retention policy|field type conflict|partial write of line protocol/i;
const TOO_OLD = /(beyond|outside) retention policy/i;
/** The database was dropped. A query that says so has the status 200. */
const NOT_FOUND = /^(database|bucket) not found/i;
/** openGemini says so where InfluxDB answers without rows. */
const NO_MEASUREMENT = /^(measurement not found|the current input table does not exist)/i;
/** How 1.x and 2.x end such a message. */
const DROPPED = /\bdropped=(\d+)\b/;

/** Rows of one series, or a further part of them. */
export interface SeriesRows {
  readonly tags: Readonly<Record<string, string>>;
  readonly values: readonly (readonly (number | string | null)[])[];
}

/** Some lines of a request will never be stored. Whether the others are durable is unknown. */
export interface PartialWrite {
  reason: RefusalReason;
  /** The message of the server. */
  message: string;
  /** How many lines were dropped, if the server says so; at most the actual number. */
  dropped: number;
}

/** `status` is null if there was no answer. */
export class InfluxdbError extends Error {
  readonly status: number | null;

  constructor(status: number | null, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'InfluxdbError';
    this.status = status;
  }

  /** InfluxDB answers but refuses access, or has no such database. Waiting does not help. */
  get isRefusal(): boolean {
    return this.status === 401 || this.status === 403 || this.status === 404;
  }
}

export interface Answer {
  status: number;
  text: string;
}

interface ErrorReply {
  error?: unknown;
  message?: unknown;
  data?: readonly { error_message?: unknown }[];
}

interface QueryLine {
  error?: string;
  results?: { error?: string; series?: { tags?: Record<string, string>; values?: SeriesRows['values'] }[] }[];
}

/** The rows of one line of an answer. Throws InfluxdbError. */
export function* seriesIn(line: string): Generator<SeriesRows> {
  if (line.trim() === '') return;
  for (const result of refuseErrors(line).results ?? []) {
    for (const { tags = {}, values = [] } of result.series ?? []) yield { tags, values };
  }
}

/** A statement may fail in an answer with status 200, even after its first rows. */
export function refuseErrors(line: string): QueryLine {
  let parsed: QueryLine;
  try {
    parsed = JSON.parse(line) as QueryLine;
  } catch (error) {
    throw new InfluxdbError(200, 'The answer of InfluxDB is not JSON', error);
  }
  const message = parsed.error ?? parsed.results?.find((result) => result.error !== undefined)?.error;
  if (message !== undefined && NO_MEASUREMENT.test(message)) return {};
  if (message !== undefined) throw new InfluxdbError(NOT_FOUND.test(message) ? 404 : 200, `InfluxDB: ${message}`);
  return parsed;
}

/** Null if sending again may help. */
export function partialWriteOf(answer: Answer): PartialWrite | null {
  const message = messageOf(answer);
  if ((answer.status !== 400 && answer.status !== 422) || !NEVER_STORED.test(message)) return null;
  const dropped = Number(DROPPED.exec(message)?.[1] ?? 1);
  return { reason: TOO_OLD.test(message) ? 'too_old' : 'store_conflict', message: shown(message), dropped };
}

export function failureOf(answer: Answer): InfluxdbError {
  return new InfluxdbError(answer.status, `InfluxDB answered ${answer.status}: ${shown(messageOf(answer))}`);
}

function messageOf({ text }: Answer): string {
  if (!isJson(text)) return text.trim();
  const { error, message, data } = JSON.parse(text) as ErrorReply;
  // 3.x names the fault of each line.
  const first = Array.isArray(data) && data[0] ? `: ${data[0].error_message}` : '';
  return `${message ?? error ?? text}${first}`;
}

const shown = (message: string) => message.slice(0, MAX_MESSAGE_CHARACTERS);

export function isJson(text: string): boolean {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null;
  } catch {
    return false;
  }
}
