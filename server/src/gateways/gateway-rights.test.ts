import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rightOf } from './gateway-rights.ts';

const id = fc.constantFrom('m1', 'm2', 'm3');
const factory = fc.option(fc.constantFrom('F1', 'F2', 'F3'));
const machine = fc.record({ id, factoryId: factory });
const none = { needsReview: false, machineIds: [], factoryId: null };

/** How it was before there were scopes, word for word. */
function mayPublishFor(
  gateway: { machineIds: readonly string[]; factoryId: string | null },
  machineId: string,
  factoryId: string | null,
): boolean {
  if (gateway.factoryId !== null && factoryId !== null && factoryId !== gateway.factoryId) return false;
  if (gateway.machineIds.length === 0 && gateway.factoryId === null) return true;
  if (gateway.factoryId !== null && factoryId === gateway.factoryId) return true;
  return gateway.machineIds.includes(machineId);
}

test('a gateway that is older than scopes has exactly the rights that it had', () => {
  const rights = fc.record({
    scope: fc.constantFrom('plant' as const, 'factory' as const, 'machines' as const),
    ...{ needsReview: fc.constant(true), machineIds: fc.uniqueArray(id), factoryId: factory },
  });
  fc.assert(
    fc.property(rights, machine, factory, (gateway, written, topicFactory) => {
      const expected = mayPublishFor(gateway, written.id, topicFactory) ? 'allowed' : 'not_allowed';
      expect(rightOf(gateway, written, topicFactory)).toBe(expected);
    }),
  );
});

test('a scope admits exactly its machines, and no topic of another factory than that of the machine', () => {
  const rights = fc.oneof(
    fc.constant(null),
    fc.constant({ ...none, scope: 'plant' as const }),
    fc.constantFrom('F1', 'F2').map((factoryId) => ({ ...none, scope: 'factory' as const, factoryId })),
    fc.uniqueArray(id, { minLength: 1 }).map((machineIds) => ({ ...none, scope: 'machines' as const, machineIds })),
  );
  fc.assert(
    fc.property(rights, machine, factory, (gateway, written, topicFactory) => {
      const right = rightOf(gateway, written, topicFactory);
      const ofOther = (other: string | null) => other !== null && other !== gateway?.factoryId;
      const isOutside =
        (gateway?.scope === 'machines' && !gateway.machineIds.includes(written.id)) ||
        (gateway?.scope === 'factory' && (ofOther(written.factoryId) || (!written.factoryId && ofOther(topicFactory))));
      const contradicts = topicFactory !== null && written.factoryId !== null && topicFactory !== written.factoryId;
      expect(right).toBe(isOutside ? 'not_allowed' : contradicts ? 'wrong_factory' : 'allowed');
    }),
  );
});
