// Where a value stands in a message.

/** Names and indexes, from the payload. */
export type Place = readonly (string | number)[];

/** undefined where there is nothing. */
export function valueAt(payload: unknown, place: Place): unknown {
  return place.reduce(childOf, payload);
}

function childOf(node: unknown, step: string | number): unknown {
  if (typeof node !== 'object' || node === null || !Object.hasOwn(node, step)) return undefined;
  return (node as Record<string | number, unknown>)[step];
}
