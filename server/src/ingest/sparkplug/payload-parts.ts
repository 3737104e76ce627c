// The parts of a metric that are messages of their own: data sets and properties.

import { WireFault, type WireReader } from './wire-reader.ts';

type Scalar = number | bigint | boolean | string;
export type Quality = 'good' | 'uncertain' | 'bad';

const MAX_COLUMNS = 250;
const MAX_PROPERTIES = 100;
const UNIT_PROPERTY = /^(eng(ineering)?[ _]?units?|units?|uom|eu)$/i;
const QUALITY_PROPERTY = /^quality$/i;
/** The code of Sparkplug for a value that is not up to date. */
const STALE = 500;

export class DataSet {
  readonly columns: string[] = [];
  /** Datatypes of the columns. */
  readonly types: number[] = [];
  /** The cells of the first row; bytes and extensions are left out. */
  readonly firstRow: (Scalar | undefined)[] = [];
  /** Of which only the first is kept. */
  rows = 0;
}

export function readDataSet(reader: WireReader): DataSet {
  const dataSet = new DataSet();
  while (reader.hasMore) {
    switch (reader.field()) {
      case 2:
        if (dataSet.columns.push(reader.text()) > MAX_COLUMNS) throw new WireFault('too many columns');
        break;
      case 3:
        dataSet.types.push(...reader.uint32s());
        if (dataSet.types.length > MAX_COLUMNS) throw new WireFault('too many columns');
        break;
      case 4:
        if (++dataSet.rows === 1) readRow(reader.message(), dataSet);
        else reader.skip();
        break;
      default:
        reader.skip();
    }
  }
  return dataSet;
}

function readRow(reader: WireReader, { firstRow }: DataSet): void {
  while (reader.hasMore) {
    if (reader.field() !== 1) reader.skip();
    else if (firstRow.push(readScalar(reader.message(), 1)) > MAX_COLUMNS) throw new WireFault('too many cells');
  }
}

/** The values of properties and cells have the same fields in the same order, from `first`. */
function readScalar(reader: WireReader, first: number): Scalar | undefined {
  let value: Scalar | undefined;
  while (reader.hasMore) {
    switch (reader.field() - first) {
      case 0:
        value = reader.uint32();
        break;
      case 1:
        value = reader.uint64();
        break;
      case 2:
        value = reader.float();
        break;
      case 3:
        value = reader.double();
        break;
      case 4:
        value = reader.boolean();
        break;
      case 5:
        value = reader.text();
        break;
      default:
        reader.skip();
    }
  }
  return value;
}

/** What the properties of a metric say of its value. */
export function readProperties(reader: WireReader): { unit?: string; quality?: Quality } {
  const keys: string[] = [];
  const values: (Scalar | undefined)[] = [];
  while (reader.hasMore) {
    const field = reader.field();
    if (field === 1) keys.push(reader.text());
    // A property's type and whether it is null come before its value.
    else if (field === 2) values.push(readScalar(reader.message(), 3));
    else reader.skip();
    if (keys.length > MAX_PROPERTIES || values.length > MAX_PROPERTIES) throw new WireFault('too many properties');
  }
  const found: { unit?: string; quality?: Quality } = {};
  for (const [i, key] of keys.entries()) {
    const value = values[i];
    if (QUALITY_PROPERTY.test(key) && typeof value === 'number') found.quality = qualityOf(value);
    else if (UNIT_PROPERTY.test(key) && typeof value === 'string' && value.trim() !== '') found.unit = value.trim();
  }
  return found;
}

/**
 * 0 bad, 192 good and 500 stale (section 6.4.20), the codes of OPC between them, and those of OPC UA, whose two highest bits say how
 * bad the value is.
 */
function qualityOf(code: number): Quality {
  if (code > 0xffff) {
    const severity = code >>> 30;
    return severity === 0 ? 'good' : severity === 1 ? 'uncertain' : 'bad';
  }
  if (code === STALE || code > 0xff) return 'bad';
  if (code >= 192) return 'good';
  return code >= 64 ? 'uncertain' : 'bad';
}
