// The events that a dashboard sends: which machines it shows, and acknowledgements of frames.

import type { Logger } from '../../log.ts';
import type { VisibleMachines } from '../../machines/visible-machines.ts';
import type { LiveClient } from '../live-client.ts';
import { acceptView, hzOf } from './accept-view.ts';
import type { DashboardFeed } from './dashboard-feed.ts';
import type { ViewSession } from './view-session.ts';

/** @returns a function that ends the dashboard's session */
export function handleDashboardEvents(
  client: LiveClient,
  deps: { feed: DashboardFeed; machines: VisibleMachines; log: Logger },
): () => void {
  const { feed, machines, log } = deps;
  let session: ViewSession | null = null;

  client.socket.on('set_view', (payload: unknown) => {
    const check = acceptView(payload, (machineId) => machines.get(machineId) !== undefined);
    if (!check.ok) {
      client.send('subscribe_error', { machine_id: null, code: 'validation_failed', message: check.reason });
      return;
    }
    const { view } = check;
    if (!view.knowsFrames) {
      const message = 'This page is of another version than the server; load it again';
      client.send('subscribe_error', { machine_id: null, code: 'reload', message });
    }
    session ??= feed.open(client);
    feed.show(session, view);
    client.send('view', { overview: view.overview, detail: view.detail, hz: hzOf(view) });
    if (view.alertsSince === null || !client.mayReadAlerts) return;
    session.alerts.resume(view.alertsSince).catch((error: unknown) => {
      log.error({ err: error }, 'The missed changes of alerts could not be read');
      client.sendBuffer.terminate();
    });
  });

  // Frames carry acknowledgement ids of the session, so that one encoding serves all clients. Socket.IO ignores their answers.
  const onPacket = (packet: { type: string; data?: unknown }) => {
    if (session === null || packet.type !== 'message' || typeof packet.data !== 'string') return;
    const ackId = /^3(\d{1,15})\[/.exec(packet.data)?.[1];
    if (ackId !== undefined) session.acknowledge(Number(ackId));
  };
  client.socket.conn.on('packet', onPacket);

  return () => {
    client.socket.conn.off('packet', onPacket);
    if (session !== null) feed.close(session);
  };
}
