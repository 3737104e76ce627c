// Decodes line protocol: lines of the same machine and time are one reading, and each line is judged on its own.

import { decodeTelemetry } from '../codecs/decode.ts';
import type { DecodeContext } from '../codecs/decode-context.ts';
import type { LineFault, LinePoint } from '../codecs/line-protocol.ts';
import { REJECTION_REASONS, type RejectionReason } from '../dead-letters/rejection-reason.ts';
import type { MatchedRule } from '../profiles/compile-profile.ts';

/** Tags that name the machine, the first that a line has. */
const MACHINE_TAGS = ['machine', 'host', 'hostname'] as const;
/** Tags that describe a machine that is not known. */
const DESCRIPTION_TAGS = ['location', 'sensor_type'] as const;
/** A measurement with this field only is a metric of the name of the measurement. */
const ONLY_FIELD = 'value';
const QUALITY = /^quality$/i;
/** Fields of readings that have a meaning of their own. */
const RESERVED = new Set([
  'timestamp',
  'unit',
  'machine_id',
  'machine_name',
  'gateway_id',
  'factory_id',
  ...DESCRIPTION_TAGS,
]);

/** The lines of one machine and time. */
interface LineReading {
  machine: string;
  reading: Record<string, unknown>;
  lines: number[];
  /** The line of each field, and its series. */
  fields: Map<string, { line: number; series: string }>;
}
type Refuse = DecodeContext['refuse'];

export interface ParsedLines {
  points: readonly LinePoint[];
  faults: readonly LineFault[];
}

/**
 * `machine` is that of lines without a tag that names one. With a rule of a profile, each line is mapped as an object
 * `{measurement, tags, fields, timestamp}`.
 *
 * @returns the lines of which something cannot be stored
 */
export function decodeLineProtocol(
  parsed: ParsedLines,
  { machine, rule }: { machine: string | null; rule: MatchedRule | null },
  context: DecodeContext,
): ReadonlySet<number> {
  const lost = new Set(parsed.faults.map(({ line }) => line));
  for (const { line, text, error } of parsed.faults) {
    context.refuse('not_line_protocol', `line[${line}]`, `unable to parse '${text}': ${error}`, text);
  }
  const refuse: Refuse = (reason, field, error, value) => context.refuse(reason, field, error, value);
  for (const each of readingsOf(parsed.points, { machine, rule, nowMs: context.nowMs }, refuse, lost))
    decodeLines(each, context, lost);
  return lost;
}

function readingsOf(
  points: readonly LinePoint[],
  { machine: otherwise, rule, nowMs }: { machine: string | null; rule: MatchedRule | null; nowMs: number },
  refuse: Refuse,
  lost: Set<number>,
): Iterable<LineReading> {
  const readings = new Map<string, LineReading>();
  const readingFor = (machine: string, timestamp: unknown): LineReading => {
    const key = `${String(timestamp)} ${machine}`;
    const known = readings.get(key);
    if (known !== undefined) return known;
    // Without a prototype, so that a field may have any name.
    const reading = Object.create(null) as Record<string, unknown>;
    if (timestamp !== undefined) reading.timestamp = timestamp;
    const created = { machine, reading, lines: [], fields: new Map() };
    readings.set(key, created);
    return created;
  };
  for (const point of points) {
    const { line, tags, timestampMs } = point;
    const timestamp = timestampMs === null ? undefined : new Date(timestampMs).toISOString();
    if (rule !== null) {
      addMapped(point, timestamp, { rule, otherwise, readingFor, nowMs }, refuse, lost);
      continue;
    }
    const tag = MACHINE_TAGS.find((name) => tags.has(name));
    const machine = tag === undefined ? otherwise : (tags.get(tag) as string);
    if (machine === null) {
      refuse('unknown_machine', `line[${line}]`, 'The line has no tag machine or host', undefined);
      lost.add(line);
      continue;
    }
    const known = readingFor(machine, timestamp);
    known.lines.push(line);
    for (const name of DESCRIPTION_TAGS) if (tags.has(name)) known.reading[name] = tags.get(name);
    addFields(point, known, refuse, lost);
  }
  return readings.values();
}

/** A line without a time in the payload of the profile keeps its own. */
function addMapped(
  { line, measurement, tags, fields }: LinePoint,
  timestamp: string | undefined,
  into: {
    rule: MatchedRule;
    otherwise: string | null;
    readingFor: (machine: string, timestamp: unknown) => LineReading;
    nowMs: number;
  },
  refuse: Refuse,
  lost: Set<number>,
): void {
  const { compiled, parts } = into.rule;
  const payload = { measurement, tags: Object.fromEntries(tags), fields: Object.fromEntries(fields), timestamp };
  const fault = (reason: RejectionReason, field: string, error: string, value: unknown) => {
    refuse(reason, `line[${line}]${field === '' ? '' : `.${field}`}`, error, value);
    lost.add(line);
  };
  if (compiled.share.isSpent(into.nowMs)) {
    fault('profile_too_costly', '', REJECTION_REASONS.profile_too_costly, undefined);
    return;
  }
  const { devices, faults, nodes } = compiled.map(payload, parts, []);
  compiled.share.spend(nodes, into.nowMs);
  for (const each of faults) fault(each.reason, each.field, each.error, each.value);
  for (const { id, ids, readings } of devices) {
    const tag = MACHINE_TAGS.find((name) => tags.has(name));
    const machine = id ?? ids[0] ?? (tag === undefined ? into.otherwise : (tags.get(tag) as string));
    if (machine === null) {
      fault('no_machine', 'machine_id', REJECTION_REASONS.no_machine, undefined);
      continue;
    }
    for (const { timestamp: own = timestamp, quality, ...values } of readings) {
      const target = into.readingFor(machine, own);
      target.lines.push(line);
      const series = JSON.stringify([measurement, ...tags]);
      for (const [name, value] of Object.entries(values)) {
        const known = target.fields.get(name);
        if (known !== undefined && known.series !== series && target.reading[name] !== value) {
          fault('ambiguous_field', name, REJECTION_REASONS.ambiguous_field, value);
          continue;
        }
        target.fields.set(name, { line, series });
        target.reading[name] = value;
      }
      if (quality !== undefined)
        target.reading.quality = { ...(target.reading.quality as object), ...(quality as object) };
    }
  }
}

function addFields(
  { line, measurement, tags, fields }: LinePoint,
  into: LineReading,
  refuse: Refuse,
  lost: Set<number>,
) {
  const { reading } = into;
  const series = JSON.stringify([measurement, ...[...tags].sort(([a], [b]) => (a < b ? -1 : 1))]);
  const quality = qualityOf(fields.get('quality') ?? fields.get('Quality'));
  const unit = fields.get('unit');
  const values = [...fields].filter(
    ([field]) => !(quality !== null && QUALITY.test(field)) && !(field === 'unit' && typeof unit === 'string'),
  );
  for (const [field, value] of values) {
    const name = nameOf(measurement, field, values.length);
    const known = into.fields.get(name);
    // A later line of the same series replaces the earlier one, as in InfluxDB.
    if (known !== undefined && known.series !== series && reading[name] !== value) {
      refuse('ambiguous_field', `line[${line}].${name}`, REJECTION_REASONS.ambiguous_field, value);
      lost.add(line);
      continue;
    }
    into.fields.set(name, { line, series });
    reading[name] = value;
    if (typeof unit === 'string') reading[`${name}_unit`] = unit;
    if (quality !== null) {
      reading.quality ??= Object.create(null);
      (reading.quality as Record<string, string>)[name] = quality;
    }
  }
}

/** `value` alone says nothing, and names with a meaning in readings are no metrics. */
function nameOf(measurement: string, field: string, fieldCount: number): string {
  const name = field === ONLY_FIELD && fieldCount === 1 ? measurement : field;
  return RESERVED.has(name) || QUALITY.test(name) ? `${measurement}_${field}` : name;
}

/** The quality of a line's values, from a text such as "OK (0x0)" of OPC UA; null if it says none. */
function qualityOf(value: unknown): 'good' | 'uncertain' | 'bad' | null {
  if (typeof value !== 'string') return null;
  if (/^(ok|good)\b/i.test(value)) return 'good';
  if (/^uncertain/i.test(value)) return 'uncertain';
  return /^bad/i.test(value) ? 'bad' : null;
}

function decodeLines(
  { machine, reading, lines, fields }: LineReading,
  context: DecodeContext,
  lost: Set<number>,
): void {
  decodeTelemetry(reading, machine, {
    ...context,
    refuse: (reason, field, error, value) => {
      const line = fields.get(field)?.line;
      if (reason !== 'out_of_range' && reason !== 'bad_unit')
        for (const each of line === undefined ? lines : [line]) lost.add(each);
      context.refuse(reason, `line[${line ?? lines[0]}]${field === '' ? '' : `.${field}`}`, error, value);
    },
  });
}
