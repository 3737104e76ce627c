// The events that a client of the public event stream may send. Payloads may be anything; an invalid one gets an error event.

import type { VisibleMachines } from '../../machines/visible-machines.ts';
import type { PublicFeed } from './public-feed.ts';
import type { PublicSubscriber } from './public-subscriber.ts';

/** A client that needs more machines than this subscribes to all. */
const MAX_MACHINES = 1000;

export function handlePublicEvents(subscriber: PublicSubscriber, feed: PublicFeed, machines: VisibleMachines): void {
  const { client } = subscriber;
  const refuse = (machineId: unknown, code: string, message: string) =>
    client.send('subscribe_error', { machine_id: echoOf(machineId), code, message });

  client.socket.on('subscribe_all', () => {
    feed.subscribeAll(subscriber);
    client.send('subscribed_all', { status: 'success' });
  });

  client.socket.on('subscribe_machine', (request: unknown) => {
    const machineId = machineIdOf(request);
    if (typeof machineId !== 'string') {
      refuse(machineId, 'validation_failed', 'machine_id must be a string');
    } else if (machines.get(machineId) === undefined) {
      refuse(machineId, 'not_found', 'No machine has this id');
    } else if (subscriber.machineIds.size >= MAX_MACHINES && !subscriber.machineIds.has(machineId)) {
      refuse(
        machineId,
        'too_many_subscriptions',
        `At most ${MAX_MACHINES} machines can be subscribed one by one; use subscribe_all`,
      );
    } else {
      feed.subscribe(subscriber, machineId);
      client.send('subscribed', { machine_id: machineId, room: `machine_${machineId}` });
    }
  });

  client.socket.on('unsubscribe_machine', (request: unknown) => {
    const machineId = machineIdOf(request);
    if (typeof machineId !== 'string' || machineId.length > 64) {
      refuse(machineId, 'validation_failed', 'machine_id must be the id of a machine');
    } else {
      feed.unsubscribe(subscriber, machineId);
      client.send('unsubscribed', { machine_id: machineId });
    }
  });

  client.socket.on('unsubscribe_all', () => {
    feed.unsubscribeAll(subscriber);
    client.send('unsubscribed', { all: true });
  });
}

function machineIdOf(request: unknown): unknown {
  return typeof request === 'object' && request !== null ? Reflect.get(request, 'machine_id') : undefined;
}

/** The id as it was sent, where it is short enough to be repeated in a reply. */
function echoOf(machineId: unknown): string | number | boolean | null {
  if (typeof machineId === 'string') return machineId.length <= 64 ? machineId : null;
  return typeof machineId === 'number' || typeof machineId === 'boolean' ? machineId : null;
}
