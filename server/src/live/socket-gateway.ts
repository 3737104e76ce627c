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
import type { MachineScope } from '../machines/machine-scope.ts';
import type { MachineService } from '../machines/machine-service.ts';
import type { ProcessMetrics } from '../process-metrics.ts';
import type { ShownMetrics } from '../readings/shown-metrics.ts';
import type { SettingsService } from '../settings/settings-service.ts';
import type { SessionService } from '../users/session-service.ts';
import { type Admitted, admitClient } from './admit-client.ts';
import { allowsOrigin, authenticateSocket, connectError } from './authenticate-socket.ts';
import { eventText, packEvents } from './event-packet.ts';
import { type LiveServer, type LiveSocket, TICK_MS } from './live-socket.ts';
import { type MachineChange, ScopedFeeds } from './scoped-feeds.ts';
import { terminateTransport } from './send-buffer.ts';

const MAX_CLIENTS = 2000;
/** Connections beyond `MAX_CLIENTS` that have not been authenticated yet. */
const MAX_UNAUTHENTICATED = 200;
/** Events of clients are small; the longest is a `set_view`. */
const MAX_EVENT_BYTES = 128 * 1024;

/** Time for the last events to be sent and for the other side to close. */
const CLOSE_WITHIN_MS = 1000;

export class SocketGateway {
  readonly #sessions: Pick<SessionService, 'verify' | 'isRestricted'>;
  readonly #settings: SettingsService;
  readonly #bus: EventBus;
  readonly #clock: Clock;
  readonly #corsOrigins: readonly string[];
  readonly #metrics: ProcessMetrics;
  readonly #log: Logger;
  readonly #feedsOf: (scope: MachineScope) => ScopedFeeds;
  /** Of the scopes that have clients. */
  readonly #feeds = new Map<MachineScope, ScopedFeeds>();
  readonly #clients = new Set<Admitted>();
  #io: LiveServer | null = null;
  #ticker: NodeJS.Timeout | null = null;
  #unsubscribe: (() => void) | null = null;

  constructor(deps: {
    sessions: Pick<SessionService, 'verify' | 'isRestricted'>;
    machines: MachineService;
    alerts: AlertService;
    settings: SettingsService;
    bus: EventBus;
    clock: Clock;
    config: Pick<Config, 'corsOrigins'>;
    metrics: ProcessMetrics;
    catalogue: ShownMetrics;
    log: Logger;
  }) {
    this.#sessions = deps.sessions;
    this.#settings = deps.settings;
    this.#bus = deps.bus;
    this.#clock = deps.clock;
    this.#corsOrigins = deps.config.corsOrigins;
    this.#metrics = deps.metrics;
    this.#log = deps.log;
    this.#feedsOf = (scope) => new ScopedFeeds({ ...deps, metrics: deps.catalogue }, scope);
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
    for (const feeds of this.#feeds.values()) feeds.stop();
    this.#feeds.clear();
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
    const scope = socket.data.principal.factoryId;
    const feeds = this.#feeds.get(scope) ?? this.#feedsOf(scope);
    this.#feeds.set(scope, feeds);
    const admitted = admitClient(socket, { feeds, log: this.#log });
    this.#clients.add(admitted);
    this.#metrics.liveConnections.set(this.#clients.size);
    socket.on('disconnect', (reason) => {
      this.#clients.delete(admitted);
      admitted.close();
      this.#removeUnused(feeds);
      this.#metrics.liveConnections.set(this.#clients.size);
      this.#log.debug({ user: admitted.client.principal.username, reason }, 'A live client disconnected');
    });
    // The session may have ended or become restricted between the handshake and now, when no client was registered for it.
    authenticateSocket(socket.handshake, this.#sessions).catch((error: unknown) => {
      const { code, message } = connectError(error).data;
      admitted.client.endSession(code, message);
    });
  }

  #onEvent(event: DomainEvent): void {
    switch (event.kind) {
      case 'readings':
        for (const feeds of this.#feeds.values()) feeds.publishReadings(event.readings);
        break;
      case 'alerts':
        for (const feeds of this.#feeds.values()) feeds.publishAlerts(event.alerts, event.after);
        break;
      case 'machine':
        this.#broadcastMachine(event.machineId, event.change);
        break;
      case 'machine_status':
        for (const feeds of this.#feeds.values()) feeds.dashboards.publishStatuses(event.machineIds);
        break;
      case 'config':
        this.#broadcastConfig(event.changed);
        break;
      case 'metrics_changed':
        this.#broadcast((feeds) => {
          const machineIds = event.machineIds.filter((id) => feeds.sees(id));
          if (event.metrics.length + event.types.length + machineIds.length === 0) return null;
          return eventText('metrics', {
            metrics: event.metrics,
            machine_types: event.types,
            machine_ids: machineIds,
          });
        });
        break;
      case 'limits':
        // Limits are part of the machine; limits of a sensor type concern all machines.
        if (event.machineId === null) this.#broadcastConfig([]);
        else this.#broadcastMachine(event.machineId, 'updated');
        break;
      case 'sessions_ended':
        this.#endSessions(event.sessionIds, event.reason);
        break;
      case 'second_factors':
        this.#endRestricted();
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

  /** Those who must have a second factor now and have none. */
  #endRestricted(): void {
    const code = 'second_factor_required_by_policy';
    for (const { client } of this.#clients) {
      if (this.#sessions.isRestricted(client.principal)) client.endSession(code, ERROR_CODES[code]);
    }
  }

  #broadcastMachine(machineId: string, change: MachineChange): void {
    this.#broadcast((feeds) => {
      const seen = feeds.machineChanged(machineId, change);
      if (seen === null) return null;
      const entry = seen === 'deleted' ? undefined : feeds.machines.get(machineId);
      const machine = entry === undefined ? null : feeds.machines.view(entry);
      return eventText('machine', { change: seen, machine_id: machineId, machine });
    });
  }

  #broadcastConfig(changed: readonly string[]): void {
    this.#broadcast(() => eventText('config', { config: { ...this.#settings.all() }, changed: [...changed] }));
  }

  /** `makeText` is called once for the clients of each scope; null for those that get nothing. */
  #broadcast(makeText: (feeds: ScopedFeeds) => string | null): void {
    for (const feeds of this.#feeds.values()) {
      const text = makeText(feeds);
      if (text === null) continue;
      const packet = packEvents([text]);
      for (const admitted of this.#clients) if (admitted.feeds === feeds) admitted.client.sendBuffer.write(packet);
    }
  }

  #removeUnused(feeds: ScopedFeeds): void {
    for (const admitted of this.#clients) if (admitted.feeds === feeds) return;
    feeds.stop();
    this.#feeds.delete(feeds.scope);
  }

  #onTick(): void {
    const nowMs = this.#clock.nowMs();
    let degraded = 0;
    for (const feeds of this.#feeds.values()) feeds.onTick();
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
