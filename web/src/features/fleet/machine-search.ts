// The machine filters as they stand in the address, and what they ask of the server.

import type { Machine } from '@gonsters/contract';
import type { MachineFilter } from '../../api/machines-api.ts';
import type { TextKey } from '../../i18n/text.ts';

/** What people say about a machine, and what its data says, in one filter. */
type StatusChoice = Machine['status'] | Exclude<Machine['connection'], 'online'>;

export interface MachineSearch {
  q?: string;
  status?: StatusChoice;
  location?: string;
  type?: string;
}

/** In the order they are offered. */
export const STATUS_CHOICES = {
  active: 'status.active',
  maintenance: 'status.maintenance',
  inactive: 'status.inactive',
  error: 'status.error',
  stale: 'status.stale',
  never: 'status.never',
} as const satisfies Record<StatusChoice, TextKey>;

/** Anything may stand in an address: what makes no sense is left out. */
export function readMachineSearch(search: Readonly<Record<string, unknown>>): MachineSearch {
  const text = (value: unknown) => (typeof value === 'string' && value.trim() !== '' ? value : null);
  const [q, location, type] = [text(search.q), text(search.location), text(search.type)];
  const status = text(search.status);
  return {
    ...(q === null ? {} : { q }),
    ...(status !== null && Object.hasOwn(STATUS_CHOICES, status) ? { status: status as StatusChoice } : {}),
    ...(location === null ? {} : { location }),
    ...(type === null ? {} : { type }),
  };
}

export function filterOf(search: MachineSearch): MachineFilter {
  const { status } = search;
  const byData = status === 'stale' || status === 'never';
  return {
    search: search.q?.trim() ?? '',
    status: status === undefined || byData ? '' : status,
    connection: byData ? status : '',
    location: search.location ?? '',
    sensorType: search.type ?? '',
  };
}

export const isFiltered = (search: MachineSearch) => Object.keys(readMachineSearch({ ...search })).length > 0;
