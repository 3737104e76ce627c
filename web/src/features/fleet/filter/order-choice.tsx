// The choice of the order of machines, which is part of the address.

import { ChevronDown } from 'lucide-react';
import type { MachineOrder } from '../../../api/machines-api.ts';
import type { TextKey } from '../../../i18n/text.ts';
import { useText } from '../../../i18n/use-text.ts';
import { orderOf, readMachineSearch } from './machine-search.ts';
import { useMachineSearch } from './use-machine-search.ts';

const ORDERS = {
  condition: 'order.condition',
  '-condition': 'order.-condition',
  name: 'order.name',
  '-name': 'order.-name',
  location: 'order.location',
  '-location': 'order.-location',
  status: 'order.status',
  '-status': 'order.-status',
  '-last_seen': 'order.-last_seen',
  last_seen: 'order.last_seen',
  '-created_at': 'order.-created_at',
  created_at: 'order.created_at',
} as const satisfies Record<MachineOrder, TextKey>;
/** Too many to choose from are no choice; the others come from the heads of the table. */
const OFFERED: readonly MachineOrder[] = ['condition', 'name', 'location', '-last_seen', 'last_seen', '-created_at'];

export function OrderChoice() {
  const { t } = useText();
  const { search, narrow } = useMachineSearch();
  const order = orderOf(search);
  const offered = OFFERED.includes(order) ? OFFERED : [order, ...OFFERED];
  return (
    <span className="order">
      <select
        aria-label={t('machines.order')}
        value={order}
        onChange={(event) => narrow({ order: readMachineSearch({ order: event.target.value }).order })}
      >
        {offered.map((value) => (
          <option key={value} value={value}>
            {t(ORDERS[value])}
          </option>
        ))}
      </select>
      <ChevronDown size={12} strokeWidth={1.5} aria-hidden="true" />
    </span>
  );
}
