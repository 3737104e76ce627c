// An alert about several machines, as somebody may know of it who belongs to one factory. Pure.

import type { AlertEvent } from '@gonsters/contract';

export interface SeenMachine {
  readonly name: string;
  readonly location: string;
  /** null: it belongs to every factory. */
  readonly factoryId: string | null;
}

/**
 * As if the machines of other factories did not exist; null where nothing is left.
 *
 * @param factoryId of the reader; null for somebody who may see every machine
 * @param sentenceOf the English sentence of what is left
 */
export function visibleEvent(
  event: AlertEvent,
  factoryId: string | null,
  machineOf: (id: string) => SeenMachine | undefined,
  sentenceOf: (event: AlertEvent) => string,
): AlertEvent | null {
  if (factoryId === null || event.machine_id !== null) return event;
  const seen = event.machine_ids.flatMap((id) => {
    const machine = machineOf(id);
    return machine !== undefined && (machine.factoryId === null || machine.factoryId === factoryId)
      ? [{ id, ...machine }]
      : [];
  });
  if (seen.length === event.machine_ids.length) return event;
  const [first] = seen;
  if (first === undefined) return null;
  const left = {
    ...event,
    machine_ids: seen.map(({ id }) => id),
    // What is refused has the name of the gateway.
    machine_name:
      event.metric === 'gateway' ? event.machine_name : seen.length === 1 ? first.name : `${seen.length} machines`,
    location: first.location,
  };
  return { ...left, message: sentenceOf(left) };
}
