// What InfluxDB answers, as 1.x, 2.x and 3.x say it: rows, refusals, errors.

import type { RefusalReason } from '../../refused-readings.ts';

const MAX_MESSAGE_CHARACTERS = 500;
/**
 * What sending again never mends, while the other lines are stored: older than the server keeps, or of another type than
 * somebody else has written. Anything else that is dropped, such as past a limit of series, may be taken later.
 */
const NEVER_TAKEN = /(beyond|outside) retention policy|field type conflict|partial write of line protocol/i;
const TOO_OLD = /(beyond|outside) retention policy/i;
/** How 1.x and 2.x end such a message. */
const DROPPED = /\bdropped=(\d+)\b/;

/** Rows of one series, or the next part of them. */
export interface SeriesRows {
  readonly tags: Readonly<Record<string, string>>;
  readonly values: readonly (readonly (number | string | null)[])[];
}

/** Some lines of a request will never be taken; of the others it is not known when they are durable. */
export interface PartialWrite {
  reason: RefusalReason;
  /** In the server's words. */
  message: string;
  /** How many lines, as far as the server says; never more than there are. */
  dropped: number;
}

/** `status` is null where no answer came at all. */
export class InfluxdbError extends Error {
  readonly status: number | null;

  constructor(status: number | null, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'InfluxdbError';
    this.status = status;
  }

  /** The server is there and does not let us in, or has no such database: waiting mends nothing. */
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

/** A statement may fail inside an answer of status 200, also after its first rows. */
export function refuseErrors(line: string): QueryLine {
  let parsed: QueryLine;
  try {
    parsed = JSON.parse(line) as QueryLine;
  } catch (error) {
    throw new InfluxdbError(200, 'InfluxDB gave an answer that is no JSON', error);
  }
  const message = parsed.error ?? parsed.results?.find((result) => result.error !== undefined)?.error;
  if (message !== undefined) throw new InfluxdbError(200, `InfluxDB: ${message}`);
  return parsed;
}

/** null where sending again may help. */
export function partialWriteOf(answer: Answer): PartialWrite | null {
  const message = messageOf(answer);
  if ((answer.status !== 400 && answer.status !== 422) || !NEVER_TAKEN.test(message)) return null;
  const dropped = Number(DROPPED.exec(message)?.[1] ?? 1);
  return { reason: TOO_OLD.test(message) ? 'too_old' : 'store_conflict', message: shown(message), dropped };
}

export function failureOf(answer: Answer): InfluxdbError {
  return new InfluxdbError(answer.status, `InfluxDB answered ${answer.status}: ${shown(messageOf(answer))}`);
}

function messageOf({ text }: Answer): string {
  if (!isJson(text)) return text.trim();
  const { error, message, data } = JSON.parse(text) as ErrorReply;
  // 3.x says what is wrong with each line.
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
