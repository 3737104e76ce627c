// The rules for the description of a machine, checked in the form before the server checks them.

import { hiddenCharacterFault, type Machine, type MachineInput } from '@gonsters/contract';
import type { TextKey } from '../../i18n/text.ts';

/** As the server's schema has them; the test compares. The schema itself would load a library of its own. */
export const MAX_LENGTHS = { name: 100, location: 100, sensor_type: 50 } as const satisfies Partial<
  Record<keyof MachineInput, number>
>;
export type LineField = keyof typeof MAX_LENGTHS;
export const LINE_FIELDS = Object.keys(MAX_LENGTHS) as LineField[];

export const FIELD_LABELS = {
  name: 'add.name',
  location: 'add.location',
  sensor_type: 'add.type',
  status: 'add.status',
  aliases: 'add.aliases',
  factory_id: 'add.factory',
  inactivity_timeout: 'add.timeout',
  machine_id: 'add.id',
} as const satisfies Record<keyof MachineInput, TextKey>;

/** In the order they are offered. */
export const STATUS_LABELS = {
  active: 'status.active',
  inactive: 'status.inactive',
  maintenance: 'status.maintenance',
  error: 'status.error',
} as const satisfies Record<Machine['status'], TextKey>;

export type LineFault = 'empty' | 'too_long' | 'control' | 'hidden';

/** `text` is trimmed. */
export function lineFault(field: LineField, text: string): LineFault | null {
  if (text === '') return 'empty';
  if (text.length > MAX_LENGTHS[field]) return 'too_long';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(text)) return 'control';
  return hiddenCharacterFault(text) === null ? null : 'hidden';
}
