// The orders of a person's contact points: one for critical alerts, one for the rest, or the same for both.

import type { ContactPoint, ContactPreferences } from '@gonsters/contract';

export type Purpose = 'critical' | 'normal';
type Orders = Pick<ContactPreferences, 'normal' | 'critical'>;

/** Those in use, in their order, and then those that are not. */
export function contactsFor<Contact extends Pick<ContactPoint, 'id'>>(
  contacts: readonly Contact[],
  orders: Orders,
  purpose: Purpose,
): { used: Contact[]; unused: Contact[] } {
  const order = orderFor(orders, purpose);
  const byId = new Map(contacts.map((contact) => [contact.id, contact]));
  const used = order.flatMap((id) => byId.get(id) ?? []);
  return { used, unused: contacts.filter(({ id }) => !order.includes(id)) };
}

export const orderFor = ({ normal, critical }: Orders, purpose: Purpose): readonly string[] =>
  purpose === 'critical' ? (critical ?? normal) : normal;

/** While both are the same, one change is for both. */
export function withOrder(orders: Orders, purpose: Purpose, order: readonly string[]): Orders {
  if (orders.critical === null || purpose === 'normal') return { ...orders, normal: [...order] };
  return { ...orders, critical: [...order] };
}

/** One order for both is that for critical alerts. */
export function withSameOrder(orders: Orders, isSame: boolean): Orders {
  const critical = [...orderFor(orders, 'critical')];
  return isSame ? { normal: critical, critical: null } : { normal: [...orders.normal], critical };
}
