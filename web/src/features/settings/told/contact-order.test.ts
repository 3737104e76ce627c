import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contactsFor, orderFor, withOrder, withSameOrder } from './contact-order.ts';

const ids = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 5 });
const orders = fc.record({ normal: ids, critical: fc.option(ids) });
const purposes = fc.constantFrom('critical' as const, 'normal' as const);

describe('the order of contact points', () => {
  it('shows every contact point once, those in use in their order', () => {
    const contacts = ['a', 'b', 'c'].map((id) => ({ id }));
    fc.assert(
      fc.property(orders, purposes, (given, purpose) => {
        const { used, unused } = contactsFor(contacts, given, purpose);
        expect([...used, ...unused].map(({ id }) => id).sort()).toEqual(['a', 'b', 'c']);
        const known = orderFor(given, purpose).filter((id) => contacts.some((contact) => contact.id === id));
        expect(used.map(({ id }) => id)).toEqual(known);
      }),
    );
  });

  it('is what was stored last for its purpose', () => {
    fc.assert(
      fc.property(orders, purposes, ids, (given, purpose, order) => {
        const after = withOrder(given, purpose, order);
        expect(orderFor(after, purpose)).toEqual(order);
        const other = purpose === 'critical' ? 'normal' : 'critical';
        if (given.critical !== null) expect(orderFor(after, other)).toEqual(orderFor(given, other));
      }),
    );
  });

  it('is that for critical alerts where both become the same', () => {
    fc.assert(
      fc.property(orders, (given) => {
        const same = withSameOrder(given, true);
        expect(same.critical).toBeNull();
        expect(same.normal).toEqual(orderFor(given, 'critical'));
        const apart = withSameOrder(same, false);
        expect(orderFor(apart, 'critical')).toEqual(orderFor(apart, 'normal'));
      }),
    );
  });
});
