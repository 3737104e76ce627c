// Parses InfluxDB line protocol: `measurement,tag=value field=1,other=2i 1768473000000000000`. A faulty line harms no other.

export type FieldValue = number | boolean | string;

/** One line. Texts are without their escapes. */
export interface LinePoint {
  /** From 1. */
  line: number;
  measurement: string;
  tags: ReadonlyMap<string, string>;
  fields: ReadonlyMap<string, FieldValue>;
  /** UTC ms, rounded down; null where the line has no time. */
  timestampMs: number | null;
}

export interface LineFault {
  line: number;
  /** The beginning of the line. */
  text: string;
  error: string;
}

/** Units of the timestamps, as InfluxDB 1 and 2 name them. */
export const PRECISIONS = ['n', 'ns', 'u', 'us', 'µ', 'ms', 's', 'm', 'h'] as const;
export type Precision = (typeof PRECISIONS)[number];

/** A longer line is refused. */
const MAX_LINE_CHARACTERS = 65_536;
const SHOWN_CHARACTERS = 200;
/** How many digits are below the millisecond. */
const DIGITS_BELOW_MS: Partial<Record<Precision, number>> = { n: 6, ns: 6, u: 3, us: 3, µ: 3, ms: 0 };
const MS_PER_UNIT: Partial<Record<Precision, number>> = { s: 1000, m: 60_000, h: 3_600_000 };
/** The range of times of JavaScript. */
const MAX_TIME_MS = 8.64e15;
const BACKSLASH = '\\';

/** @returns the points, and a fault for each line that cannot be read; null where there are more than `maxLines` of both */
export function parseLines(
  text: string,
  precision: Precision,
  maxLines: number,
): { points: LinePoint[]; faults: LineFault[] } | null {
  const points: LinePoint[] = [];
  const faults: LineFault[] = [];
  let line = 1;
  let at = 0;
  while (at < text.length) {
    const start = skipSpaces(text, at);
    const scanner = new LineScanner(text, start);
    const isEmpty = scanner.isAtEnd || text[start] === '#';
    if (!isEmpty && points.length + faults.length >= maxLines) return null;
    const parsed = isEmpty ? null : scanner.read(precision);
    // A text in quotes may contain line breaks. In a faulty line they are taken for its end.
    const end = parsed === null || typeof parsed === 'string' ? endOfLine(text, start) : scanner.at;
    const isTooLong = !isEmpty && end - start > MAX_LINE_CHARACTERS;
    if (typeof parsed === 'string' || isTooLong) {
      const error = typeof parsed === 'string' ? parsed : 'line too long';
      faults.push({ line, text: text.slice(start, Math.min(end, start + SHOWN_CHARACTERS)).trimEnd(), error });
    } else if (parsed !== null) points.push({ line, ...parsed });
    line += lineBreaksIn(text, at, end) + 1;
    at = end + 1;
  }
  return { points, faults };
}

function lineBreaksIn(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

function skipSpaces(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\t') at++;
  return at;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

/** Reads one line. Its methods return the fault as a text where there is one. */
class LineScanner {
  at: number;
  readonly #text: string;

  constructor(text: string, at: number) {
    this.#text = text;
    this.at = at;
  }

  /** Whether the line ends here, with or without a carriage return. */
  get isAtEnd(): boolean {
    return this.#endsAt(this.at);
  }

  read(precision: Precision): Omit<LinePoint, 'line'> | string {
    const measurement = this.#word(', ');
    if (measurement === '') return 'missing measurement';
    const tags = this.#tags();
    if (typeof tags === 'string') return tags;
    if (this.#text[this.at] !== ' ') return 'missing fields';
    this.at = skipSpaces(this.#text, this.at);
    if (this.isAtEnd) return 'missing fields';
    const fields = this.#fields();
    if (typeof fields === 'string') return fields;
    const timestampMs = this.#time(precision);
    return typeof timestampMs === 'string' ? timestampMs : { measurement, tags, fields, timestampMs };
  }

  #tags(): Map<string, string> | string {
    const tags = new Map<string, string>();
    while (this.#text[this.at] === ',') {
      this.at++;
      const key = this.#word('=, ');
      if (key === '') return 'missing tag key';
      if (this.#text[this.at] !== '=') return 'missing tag value';
      this.at++;
      const value = this.#word(', ');
      if (value === '') return 'missing tag value';
      if (tags.has(key)) return 'duplicate tags';
      tags.set(key, value);
    }
    return tags;
  }

  #fields(): Map<string, FieldValue> | string {
    const fields = new Map<string, FieldValue>();
    for (;;) {
      const key = this.#word('=, ');
      if (key === '') return 'missing field key';
      if (this.#text[this.at] !== '=') return 'missing field value';
      this.at++;
      const value = this.#text[this.at] === '"' ? this.#quoted() : parseValue(this.#word(', '));
      if (value === null) return 'unbalanced quotes';
      if (typeof value === 'object') return value.fault;
      fields.set(key, value);
      if (this.#text[this.at] !== ',') return fields;
      this.at++;
    }
  }

  #time(precision: Precision): number | null | string {
    if (!this.isAtEnd && this.#text[this.at] !== ' ') return 'invalid field format';
    this.at = skipSpaces(this.#text, this.at);
    const start = this.at;
    while (!this.isAtEnd) this.at++;
    const digits = this.#text.slice(start, this.at).trimEnd();
    this.at = endOfLine(this.#text, this.at);
    if (digits === '') return null;
    return /^-?\d{1,19}$/.test(digits) ? toMs(digits, precision) : 'bad timestamp';
  }

  /** Up to one of `ends`, or the end of the line. A backslash before one of `,= ` takes its meaning from it. */
  #word(ends: string): string {
    const text = this.#text;
    let word = '';
    let copied = this.at;
    for (; this.at < text.length && !this.#endsAt(this.at); this.at++) {
      const character = text[this.at] as string;
      if (character === BACKSLASH && ',= '.includes(text[this.at + 1] ?? 'x')) {
        word += text.slice(copied, this.at);
        copied = ++this.at;
      } else if (ends.includes(character)) break;
    }
    return word + text.slice(copied, this.at);
  }

  /** A text in quotes, in which a backslash stands before quotes and backslashes; null if it does not end. */
  #quoted(): string | null {
    const text = this.#text;
    const start = ++this.at;
    for (; this.at < text.length; this.at++) {
      if (text[this.at] === BACKSLASH) this.at++;
      else if (text[this.at] === '"') return text.slice(start, this.at++).replace(/\\(["\\])/g, '$1');
    }
    return null;
  }

  #endsAt(at: number): boolean {
    const character = this.#text[at];
    if (character === '\r') return at + 1 >= this.#text.length || this.#text[at + 1] === '\n';
    return character === undefined || character === '\n';
  }
}

const FLOAT = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const INTEGER = /^[+-]?\d+i$/;
const UNSIGNED = /^\d+u$/;
const BOOLEANS = new Map<string, boolean>([
  ...['t', 'T', 'true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['f', 'F', 'false', 'False', 'FALSE'].map((word) => [word, false] as const),
]);

/** Integers above 2^53 lose their last digits, since values are double-precision numbers. */
function parseValue(word: string): number | boolean | { fault: string } {
  if (word === '') return { fault: 'missing field value' };
  const known = BOOLEANS.get(word);
  if (known !== undefined) return known;
  if (FLOAT.test(word)) {
    const value = Number(word);
    return Number.isFinite(value) ? value : { fault: 'unable to parse number: value out of range' };
  }
  if (!INTEGER.test(word) && !UNSIGNED.test(word))
    return { fault: /^[tTfF]/.test(word) ? 'invalid boolean' : 'invalid number' };
  const value = BigInt(word.slice(0, -1).replace('+', ''));
  const fits = word.endsWith('u') ? BigInt.asUintN(64, value) === value : BigInt.asIntN(64, value) === value;
  return fits ? Number(value) : { fault: 'unable to parse integer: value out of range' };
}

/** The digits below the millisecond are cut off as text, since nanoseconds have more digits than a number is exact for. */
function toMs(digits: string, precision: Precision): number | string {
  const below = DIGITS_BELOW_MS[precision];
  const isNegative = digits.startsWith('-');
  const whole = below === undefined || below === 0 ? digits : digits.slice(0, -below);
  const units = whole === '' || whole === '-' ? 0 : Number(whole);
  const hasRest = isNegative && below !== undefined && below > 0 && /[1-9]/.test(digits.slice(-below));
  const ms = units * (MS_PER_UNIT[precision] ?? 1) - (hasRest ? 1 : 0);
  // Adding zero turns -0 into 0.
  return Math.abs(ms) <= MAX_TIME_MS ? ms + 0 : 'bad timestamp';
}
