// Assigns the columns of a file to fields by their names, in English and Indonesian; the user can change it.

import type { MachineInput } from '@gonsters/contract';

export type Column = keyof MachineInput;
/** The place in the header, -1 where there is none. */
export type Columns = Readonly<Record<Column, number>>;

/** Columns that a file need not have. */
export const OPTIONAL: ReadonlySet<Column> = new Set([
  'status',
  'aliases',
  'factory_id',
  'inactivity_timeout',
  'machine_id',
]);

/** Lower case, one space between words. */
const NAMES: Readonly<Record<Column, readonly string[]>> = {
  name: ['name', 'machine', 'machine name', 'asset', 'tag', 'nama', 'nama mesin', 'mesin'],
  location: ['location', 'place', 'site', 'area', 'hall', 'line', 'lokasi', 'lokasi mesin', 'tempat', 'letak', 'lini'],
  sensor_type: [
    'sensor type',
    'sensortype',
    'sensor',
    'type',
    'machine type',
    'jenis sensor',
    'tipe sensor',
    'jenis',
    'tipe',
    'jenis mesin',
    'tipe mesin',
  ],
  status: ['status', 'state', 'machine status', 'status mesin', 'keadaan', 'kondisi'],
  aliases: [
    'aliases',
    'alias',
    'serial number',
    'serial',
    'sn',
    'eui',
    'device',
    'device id',
    'nomor seri',
    'perangkat',
  ],
  factory_id: ['factory id', 'factory', 'plant', 'pabrik', 'id pabrik'],
  // In seconds, as an export has it.
  inactivity_timeout: ['inactivity timeout', 'timeout', 'batas waktu diam', 'batas waktu'],
  // Not `id`: it is often the number of a row.
  machine_id: ['machine id', 'uuid', 'id mesin'],
};
const COLUMNS = Object.keys(NAMES) as Column[];

/** A name earlier in its list wins; no column is taken twice. */
export function findColumns(header: readonly string[]): Columns {
  const names = header.map(plainName);
  const taken = new Set<number>();
  const found = COLUMNS.map((column): [Column, number] => {
    const at = NAMES[column].map((name) => names.indexOf(name)).find((index) => index >= 0 && !taken.has(index)) ?? -1;
    if (at >= 0) taken.add(at);
    return [column, at];
  });
  return Object.fromEntries(found) as Record<Column, number>;
}

const plainName = (name: string): string =>
  name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/[\s_\-.:*]+/g, ' ')
    .trim();

const STATUSES: Readonly<Record<string, MachineInput['status']>> = {
  '': 'active',
  active: 'active',
  aktif: 'active',
  inactive: 'inactive',
  nonaktif: 'inactive',
  'non aktif': 'inactive',
  'tidak aktif': 'inactive',
  maintenance: 'maintenance',
  perawatan: 'maintenance',
  pemeliharaan: 'maintenance',
  error: 'error',
  galat: 'error',
  rusak: 'error',
};

/** Null where the word is not known. */
export function readStatus(text: string): MachineInput['status'] | null {
  const word = plainName(text);
  return Object.hasOwn(STATUSES, word) ? (STATUSES[word] as MachineInput['status']) : null;
}

/** The columns of the file that are not imported. */
export function ignoredColumns(header: readonly string[], columns: Columns): string[] {
  const taken = new Set(Object.values(columns));
  return header.filter((name, index) => name !== '' && !taken.has(index));
}
