// The part of the address that belongs to the machine list: filters, order, view, and the query that results from them.

import { MACHINE_SORTS, type Machine } from '@gonsters/contract';
import type { MachineFilter, MachineOrder } from '../../../api/machines-api.ts';
import type { TextKey } from '../../../i18n/text.ts';

/** Status, connection and alarm of a machine, in one filter. */
type StatusChoice = 'alert' | 'critical' | 'warning' | Machine['status'] | Exclude<Machine['connection'], 'online'>;

export const FLEET_VIEWS = ['heat', 'cards', 'table'] as const;
export type FleetView = (typeof FLEET_VIEWS)[number];

export interface MachineSearch {
  q?: string;
  status?: StatusChoice;
  location?: string;
  type?: string;
  order?: MachineOrder;
  view?: FleetView;
}

/** In the order they are offered. */
export const STATUS_CHOICES = {
  alert: 'fleet.in_alert',
  critical: 'status.critical',
  warning: 'status.warning',
  error: 'status.error',
  stale: 'status.stale',
  maintenance: 'status.maintenance',
  active: 'status.active',
  inactive: 'status.inactive',
  never: 'status.never',
} as const satisfies Record<StatusChoice, TextKey>;

const ORDERS: readonly string[] = MACHINE_SORTS.flatMap((sort) => [sort, `-${sort}`]);
/** Worst first. */
const DEFAULT_ORDER: MachineOrder = 'condition';

/** An address can contain anything: invalid parts and default values are left out. */
export function readMachineSearch(search: Readonly<Record<string, unknown>>): MachineSearch {
  const text = (value: unknown) => (typeof value === 'string' && value.trim() !== '' ? value : null);
  const [q, location, type, order] = [text(search.q), text(search.location), text(search.type), text(search.order)];
  const status = text(search.status);
  const view = FLEET_VIEWS.find((each) => each === search.view);
  return {
    ...(q === null ? {} : { q }),
    ...(status !== null && Object.hasOwn(STATUS_CHOICES, status) ? { status: status as StatusChoice } : {}),
    ...(location === null ? {} : { location }),
    ...(type === null ? {} : { type }),
    ...(order !== null && order !== DEFAULT_ORDER && ORDERS.includes(order) ? { order: order as MachineOrder } : {}),
    ...(view === undefined ? {} : { view }),
  };
}

export function filterOf(search: MachineSearch): MachineFilter {
  const { status } = search;
  const filter: MachineFilter = {
    search: search.q?.trim() ?? '',
    status: '',
    connection: '',
    alarm: '',
    location: search.location ?? '',
    sensorType: search.type ?? '',
  };
  if (status === 'stale' || status === 'never') return { ...filter, connection: status };
  if (status === 'alert') return { ...filter, alarm: 'any' };
  if (status === 'critical' || status === 'warning') return { ...filter, alarm: status };
  return { ...filter, status: status ?? '' };
}

export const orderOf = (search: MachineSearch): MachineOrder => search.order ?? DEFAULT_ORDER;

export const isFiltered = ({ q, status, location, type }: MachineSearch): boolean =>
  [q?.trim(), status, location, type].some((each) => each !== undefined && each !== '');

/** Whether the content or the order of the list depends on the condition of machines. */
export const followsConditions = (search: MachineSearch): boolean =>
  orderOf(search).endsWith('condition') ||
  !['', 'active', 'inactive', 'maintenance', 'error'].includes(search.status ?? '');
