// The edge to live clients: accepts Socket.IO connections, sends them the events of the bus, and disconnects clients that are stuck.

import type { Server as HttpServer } from 'node:http';
import { Server } from 'socket.io';
import type { AlertService } from '../alerts/alert-service.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { AppError, ERROR_CODES, isAppError } from '../errors.ts';
import type { DomainEvent } from '../events/domain-events.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Logger } from '../log.ts';
import type { MachineService } from '../machines/machine-service.ts';
import type { ProcessMetrics } from '../process-metrics.ts';
import type { SettingsService } from '../settings/settings-service.ts';
import type { SessionService } from '../users/session-service.ts';
import { type Admitted, admitClient } from './admit-client.ts';
import { allowsOrigin, authenticateSocket, connectError } from './authenticate-socket.ts';
import { DashboardFeed } from './dashboard/dashboard-feed.ts';
import { eventText, packEvents } from './event-packet.ts';
import { type LiveServer, type LiveSocket, TICK_MS } from './live-socket.ts';
import { PublicFeed } from './public/public-feed.ts';
import { terminateTransport } from './send-buffer.ts';

const MAX_CLIENTS = 2000;
/** Connections beyond `MAX_CLIENTS` that have not been authenticated yet. */
const MAX_UNAUTHENTICATED = 200;
/** Events of clients are small; the longest is a `set_view`. */
const MAX_EVENT_BYTES = 128 * 1024;

/** Time for the last events to be sent and for the other side to close. */
const CLOSE_WITHIN_MS = 1000;

export class SocketGateway {
  readonly #sessions: Pick<SessionService, 'verify'>;
  readonly #machines: MachineService;
  readonly #settings: SettingsService;
  readonly #bus: EventBus;
  readonly #clock: Clock;
  readonly #corsOrigins: readonly string[];
  readonly #metrics: ProcessMetrics;
  readonly #log: Logger;
  readonly #publicFeed: PublicFeed;
  readonly #dashboards: DashboardFeed;
  readonly #clients = new Set<Admitted>();
  #io: LiveServer | null = null;
  #ticker: NodeJS.Timeout | null = null;
  #unsubscribe: (() => void) | null = null;

  constructor(deps: {
    sessions: Pick<SessionService, 'verify'>;
    machines: MachineService;
    alerts: AlertService;
    settings: SettingsService;
    bus: EventBus;
    clock: Clock;
    config: Pick<Config, 'corsOrigins'>;
    metrics: ProcessMetrics;
    log: Logger;
  }) {
    this.#sessions = deps.sessions;
    this.#machines = deps.machines;
    this.#settings = deps.settings;
    this.#bus = deps.bus;
    this.#clock = deps.clock;
    this.#corsOrigins = deps.config.corsOrigins;
    this.#metrics = deps.metrics;
    this.#log = deps.log;
    this.#publicFeed = new PublicFeed(deps.machines);
    this.#dashboards = new DashboardFeed(deps.machines, deps.alerts);
  }

  /** Uses the port of `httpServer`, whose own request handler must already be set. */
  start(httpServer: HttpServer): void {
    const io: LiveServer = new Server({
      serveClient: false,
      perMessageDeflate: false,
      httpCompression: false,
      maxHttpBufferSize: MAX_EVENT_BYTES,
      pingInterval: 10_000,
      pingTimeout: 20_000,
      connectTimeout: 5000,
      cors: { origin: [...this.#corsOrigins] },
      allowRequest: (request, answer) => {
        const isFull = io.engine.clientsCount >= MAX_CLIENTS + MAX_UNAUTHENTICATED;
        const isAllowed = allowsOrigin(request.headers, this.#corsOrigins);
        answer(isFull ? 'Too many connections' : isAllowed ? null : 'Origin not allowed', isAllowed && !isFull);
      },
    });
    io.use((socket, next) => {
      this.#authenticate(socket).then(
        () => next(),
        (error: unknown) => next(connectError(error)),
      );
    });
    io.on('connection', (socket) => this.#admit(socket));
    io.attach(httpServer);
    io.engine.on('connection', (connection: LiveSocket['conn']) => {
      connection.once('close', () => setTimeout(() => terminateTransport(connection), CLOSE_WITHIN_MS).unref());
    });
    this.#io = io;
    this.#unsubscribe = this.#bus.subscribe((event) => this.#onEvent(event));
    this.#ticker = setInterval(() => this.#onTick(), TICK_MS);
    this.#ticker.unref();
  }

  /** Closes every connection; clients then reconnect. Does not close the HTTP server. Safe to call twice. */
  async stop(): Promise<void> {
    this.#unsubscribe?.();
    if (this.#ticker !== null) clearInterval(this.#ticker);
    this.#unsubscribe = null;
    this.#ticker = null;
    const io = this.#io;
    this.#io = null;
    if (io === null) return;
    for (const { client } of this.#clients) client.sendBuffer.terminate();
    io.engine.close();
    this.#publicFeed.stop();
    this.#dashboards.stop();
  }

  async #authenticate(socket: LiveSocket): Promise<void> {
    if (this.#clients.size >= MAX_CLIENTS) throw new AppError('busy', 'Too many live connections');
    try {
      socket.data = await authenticateSocket(socket.handshake, this.#sessions);
    } catch (error) {
      if (!isAppError(error)) this.#log.error({ err: error }, 'The token of a live connection could not be checked');
      throw error;
    }
  }

  #admit(socket: LiveSocket): void {
    const admitted = admitClient(socket, {
      publicFeed: this.#publicFeed,
      dashboards: this.#dashboards,
      machines: this.#machines,
      log: this.#log,
    });
    this.#clients.add(admitted);
    this.#metrics.liveConnections.set(this.#clients.size);
    socket.on('disconnect', (reason) => {
      this.#clients.delete(admitted);
      admitted.close();
      this.#metrics.liveConnections.set(this.#clients.size);
      this.#log.debug({ user: admitted.client.principal.username, reason }, 'A live client disconnected');
    });
    // The session may have ended between the handshake and now, when no client was registered for it.
    this.#sessions.verify(socket.data.accessToken).catch((error: unknown) => {
      const { code, message } = connectError(error).data;
      admitted.client.endSession(code, message);
    });
  }

  #onEvent(event: DomainEvent): void {
    switch (event.kind) {
      case 'readings':
        this.#publicFeed.publishReadings(event.readings);
        this.#dashboards.publishReadings(event.readings);
        break;
      case 'alerts':
        this.#publicFeed.publishAlerts(event.alerts, event.after);
        this.#dashboards.publishAlerts(event.alerts);
        break;
      case 'machine':
        this.#broadcastMachine(event.machineId, event.change);
        break;
      case 'machine_status':
        this.#dashboards.publishStatuses(event.machineIds);
        break;
      case 'config':
        this.#broadcastConfig(event.changed);
        break;
      case 'metrics_changed':
        this.#broadcast(() =>
          eventText('metrics', { metrics: event.metrics, machine_types: event.types, machine_ids: event.machineIds }),
        );
        break;
      case 'limits':
        // Limits are part of the machine; limits of a sensor type concern all machines.
        if (event.machineId === null) this.#broadcastConfig([]);
        else this.#broadcastMachine(event.machineId, 'updated');
        break;
      case 'sessions_ended':
        this.#endSessions(event.sessionIds, event.reason);
        break;
      default:
        break;
    }
  }

  #endSessions(sessionIds: readonly string[], reason: string): void {
    const message = `The session has ended: ${reason.replaceAll('_', ' ')}`;
    for (const { client } of this.#clients) {
      if (sessionIds.includes(client.principal.sessionId)) client.endSession('token_revoked', message);
    }
  }

  #broadcastMachine(machineId: string, change: 'created' | 'updated' | 'deleted'): void {
    if (change === 'deleted') {
      this.#publicFeed.forgetMachine(machineId);
      this.#dashboards.forgetMachine(machineId);
    } else {
      this.#dashboards.publishStatuses([machineId]);
    }
    const entry = change === 'deleted' ? undefined : this.#machines.get(machineId);
    const machine = entry === undefined ? null : this.#machines.view(entry);
    this.#broadcast(() => eventText('machine', { change, machine_id: machineId, machine }));
  }

  #broadcastConfig(changed: readonly string[]): void {
    this.#broadcast(() => eventText('config', { config: { ...this.#settings.all() }, changed: [...changed] }));
  }

  #broadcast(makeText: () => string): void {
    if (this.#clients.size === 0) return;
    const packet = packEvents([makeText()]);
    for (const { client } of this.#clients) client.sendBuffer.write(packet);
  }

  #onTick(): void {
    const nowMs = this.#clock.nowMs();
    let degraded = 0;
    this.#publicFeed.onTick();
    this.#dashboards.onTick();
    for (const { client } of this.#clients) {
      if (client.degraded) degraded++;
      if (!client.onTick()) {
        this.#log.warn(
          { user: client.principal.username },
          'A live client that received nothing for too long was disconnected',
        );
        client.sendBuffer.terminate();
      } else if (nowMs >= client.principal.expiresAtMs) {
        client.endSession('token_expired', ERROR_CODES.token_expired);
      }
    }
    this.#metrics.liveDegraded.set(degraded);
  }
}
