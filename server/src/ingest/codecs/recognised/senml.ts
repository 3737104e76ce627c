// SenML (RFC 8428) in JSON: base fields, relative times, units.

import { isRecord } from '../reading-path.ts';
import { idsOf, type PayloadFormat } from './device-readings.ts';
import { readingsOfTags, type Tag } from './tag.ts';

/** RFC 8428, section 4.5.3: smaller times are relative to now. */
const RELATIVE_BELOW_S = 2 ** 28;
const BASE_FIELDS = ['bn', 'bt', 'bu', 'bv', 'bver'];
/** Units of SenML that are no UCUM codes. */
const UNITS: Record<string, string> = { '%RH': '%', '%EL': '%', Cel: 'Cel', degC: 'Cel', '1/s': '/s', '1/min': '/min' };

export const senml: PayloadFormat = (message, _, isNamed) => {
  if (!Array.isArray(message) || !message.some(isSenmlRecord)) return null;
  if (!message.every(isRecord)) return null;
  const byDevice = new Map<string, Tag[]>();
  let base: Record<string, unknown> = {};
  for (const record of message) {
    base = { ...base, ...Object.fromEntries(BASE_FIELDS.filter((f) => f in record).map((f) => [f, record[f]])) };
    const name = `${textOf(base.bn)}${textOf(record.n)}`;
    const value = measuredIn(record, base);
    if (name === '' || value === undefined) continue;
    const { device, metric } = splitName(name, textOf(base.bn), isNamed);
    const tags = byDevice.get(device) ?? [];
    byDevice.set(device, tags);
    const unit = textOf(record.u ?? base.bu);
    tags.push({
      name: metric,
      value,
      time: timeOf(record, base),
      quality: 'good',
      unit: unit === '' ? null : (UNITS[unit] ?? unit),
    });
  }
  const devices = [...byDevice].map(([device, tags]) => ({
    ids: idsOf(device, device.replace(/^urn:dev:[a-z]+:/i, '')),
    readings: readingsOfTags(tags, undefined, (tag) => tag.name),
  }));
  return devices.length === 0 ? null : { devices };
};

/** A list of tags has times as well; only SenML has base fields and values by type. */
const isSenmlRecord = (record: unknown) =>
  isRecord(record) && ['bn', 'bt', 'bu', 'bver', 'vs', 'vb'].some((field) => field in record);

const textOf = (value: unknown) => (typeof value === 'string' ? value : '');

function measuredIn(record: Record<string, unknown>, base: Record<string, unknown>): unknown {
  if (typeof record.v === 'number') return record.v + (typeof base.bv === 'number' ? base.bv : 0);
  return record.v ?? record.vb ?? record.vs ?? record.s;
}

/** Seconds as SenML counts them; undefined where the record is of now. */
function timeOf(record: Record<string, unknown>, base: Record<string, unknown>): unknown {
  if (record.t === undefined && base.bt === undefined) return undefined;
  const seconds = Number(base.bt ?? 0) + Number(record.t ?? 0);
  // A time relative to now is a matter of seconds, and the time of arrival is the only clock that they share.
  if (Math.abs(seconds) < RELATIVE_BELOW_S) return undefined;
  return Number.isFinite(seconds) ? Math.round(seconds * 1000) : (record.t ?? base.bt);
}

/** The base name is the machine. Without one, what precedes the last separator of the name is. */
function splitName(name: string, base: string, isNamed: boolean): { device: string; metric: string } {
  const rest = base === '' ? '' : name.slice(base.length);
  if (rest !== '') return { device: base.replace(/[:/._-]+$/, ''), metric: rest };
  const at = Math.max(name.lastIndexOf('/'), name.lastIndexOf(':'));
  if (at <= 0) return { device: '', metric: name };
  return { device: isNamed ? '' : name.slice(0, at), metric: name.slice(at + 1) };
}
