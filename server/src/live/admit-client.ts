// A new connection becomes a client: greeted, held to its budget, and able to speak both contracts.

import type { Logger } from '../log.ts';
import type { MachineService } from '../machines/machine-service.ts';
import { speakDashboardContract } from './dashboard/dashboard-contract.ts';
import type { DashboardFeed } from './dashboard/dashboard-feed.ts';
import { LiveClient } from './live-client.ts';
import type { LiveSocket } from './live-socket.ts';
import { speakSimpleContract } from './public/public-contract.ts';
import type { PublicFeed } from './public/public-feed.ts';
import { PublicSubscriber } from './public/public-subscriber.ts';

/** `leave` must be called once when the connection is over. */
export interface Admitted {
  client: LiveClient;
  leave: () => void;
}

export function admitClient(
  socket: LiveSocket,
  deps: { simple: PublicFeed; dashboards: DashboardFeed; machines: MachineService; log: Logger },
): Admitted {
  const { simple, dashboards, machines, log } = deps;
  const client = new LiveClient(socket);
  const subscriber = new PublicSubscriber(client);

  socket.use((_event, next) => {
    const verdict = client.budget.spend();
    if (verdict === 'allow') next();
    else if (verdict === 'warn') {
      client.send('subscribe_error', { machine_id: null, code: 'rate_limited', message: 'Too many events' });
    } else if (verdict === 'disconnect') client.outflow.terminate();
  });
  speakSimpleContract(subscriber, simple, machines);
  const endDashboard = speakDashboardContract(client, { feed: dashboards, machines, log });
  client.send('connected', { status: 'success', message: `Connected as ${client.principal.username}` });
  return {
    client,
    leave: () => {
      simple.remove(subscriber);
      endDashboard();
    },
  };
}
