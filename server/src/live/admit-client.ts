// Sets up a new connection: greeting, rate limit, and the handlers of the public event stream and of the dashboard.

import type { Logger } from '../log.ts';
import { handleDashboardEvents } from './dashboard/dashboard-contract.ts';
import { LiveClient } from './live-client.ts';
import type { LiveSocket } from './live-socket.ts';
import { handlePublicEvents } from './public/public-contract.ts';
import { PublicSubscriber } from './public/public-subscriber.ts';
import type { ScopedFeeds } from './scoped-feeds.ts';

/** `close` must be called once when the connection has ended. */
export interface Admitted {
  client: LiveClient;
  feeds: ScopedFeeds;
  close: () => void;
}

export function admitClient(socket: LiveSocket, { feeds, log }: { feeds: ScopedFeeds; log: Logger }): Admitted {
  const { publicFeed, dashboards, machines } = feeds;
  const client = new LiveClient(socket);
  const subscriber = new PublicSubscriber(client);

  socket.use((_event, next) => {
    const verdict = client.rateLimit.check();
    if (verdict === 'allow') next();
    else if (verdict === 'warn') {
      client.send('subscribe_error', { machine_id: null, code: 'rate_limited', message: 'Too many events' });
    } else if (verdict === 'disconnect') client.sendBuffer.terminate();
  });
  handlePublicEvents(subscriber, publicFeed, machines);
  const endDashboard = handleDashboardEvents(client, { feed: dashboards, machines, log });
  client.send('connected', { status: 'success', message: `Connected as ${client.principal.username}` });
  return {
    client,
    feeds,
    close: () => {
      publicFeed.remove(subscriber);
      endDashboard();
    },
  };
}
