// The composition root: makes every part, hands each what it needs, starts them in order and stops them in reverse.

import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AlertService } from '../alerts/alert-service.ts';
import { SqlAlertRepository } from '../alerts/store/sql-alert-repository.ts';
import { SqlAuditLog } from '../audit/sql-audit-log.ts';
import { type Clock, type MonotonicClock, systemClock, systemMonotonicClock } from '../clock.ts';
import { ClockGuard } from '../clock-guard/clock-guard.ts';
import { SqlClockRecords } from '../clock-guard/sql-clock-records.ts';
import { ClusterSync } from '../cluster/cluster-sync.ts';
import { LeaderDuties } from '../cluster/leader-duties.ts';
import { NodeMonitor } from '../cluster/node-monitor.ts';
import { NodeRegistry } from '../cluster/node-registry.ts';
import { openCluster } from '../cluster/open-cluster.ts';
import type { Config } from '../config.ts';
import { controlHandlers } from '../control/control-handlers.ts';
import { ControlSocket } from '../control/control-socket.ts';
import { decommissionHandler } from '../control/decommission.ts';
import { openDatabase } from '../database/open-database.ts';
import { RowRetention } from '../database/row-retention.ts';
import { GatewayService } from '../gateways/gateway-service.ts';
import { SqlGatewayRepository } from '../gateways/sql-gateway-repository.ts';
import type { Core } from '../http/http-deps.ts';
import { createHttpServer, type HttpTimeouts } from '../http/http-server.ts';
import { ClockSkewGuard } from '../ingest/clock-skew/clock-skew-guard.ts';
import { DeadLetters } from '../ingest/dead-letters/dead-letters.ts';
import { MqttListener } from '../ingest/mqtt/embedded/mqtt-listener.ts';
import { MqttDrain } from '../ingest/mqtt/external/mqtt-drain.ts';
import { clientIdOf } from '../ingest/mqtt/external/mqtt-session.ts';
import { MqttSubscriber } from '../ingest/mqtt/external/mqtt-subscriber.ts';
import { OrphanedSessions } from '../ingest/mqtt/external/orphaned-sessions.ts';
import { MqttIngest } from '../ingest/mqtt/mqtt-ingest.ts';
import { IngestReadings } from '../ingest/pipeline/ingest-readings.ts';
import { Provisioning } from '../ingest/provisioning/provisioning.ts';
import { SocketGateway } from '../live/socket-gateway.ts';
import type { Logger } from '../log.ts';
import { MachineService } from '../machines/machine-service.ts';
import { SqlMachineRepository } from '../machines/sql-machine-repository.ts';
import { ProcessMetrics } from '../process-metrics.ts';
import { BackgroundJobs } from '../readings/background-jobs.ts';
import { duckdbParquetWriter } from '../readings/engines/duckdb/write-parquet.ts';
import { GroupCommit } from '../readings/group-commit.ts';
import { NewestAtStart } from '../readings/newest-at-start.ts';
import { openReadingStore } from '../readings/open-reading-store.ts';
import { newestTimeOf, type ReadingColumns } from '../readings/reading-columns.ts';
import { retentionOf } from '../readings/retention.ts';
import { describeReady, type Ready } from '../ready.ts';
import { SettingsService } from '../settings/settings-service.ts';
import { SqlSettingRepository } from '../settings/sql-setting-repository.ts';
import { ensureFirstUsers } from '../users/first-users.ts';
import { openUsers } from '../users/open-users.ts';

export interface App {
  /** Resolves when everything serves. After a rejection `stop` must still be called. */
  start(): Promise<Ready>;
  /** In place of `start`, for a command: it listens nowhere, takes no readings by itself and is no node to others. */
  startOffline(): Promise<void>;
  /** Edges first, stores last. Safe twice, and after a start that failed half-way. */
  stop(): Promise<void>;
}

/** Nodes store what one machine sent within a moment at different speeds. */
const SETTLE_MS = 250;

/** The built page, beside the server in the checkout. */
const WEB_ROOT = resolve(import.meta.dirname, '../../../web/dist');

/** `tell` reaches the person who starts the server, and no log: it may be handed a one-time password. */
export function createApp(
  config: Config,
  deps: {
    log: Logger;
    clock?: Clock;
    webRoot?: string;
    timeouts?: HttpTimeouts;
    judgeClockEveryMs?: number;
    monotonic?: MonotonicClock;
    guardClockEveryMs?: number;
    maintainEveryMs?: number;
    tell: (line: string) => void;
  },
): App {
  const { log } = deps;
  const clock = deps.clock ?? systemClock;
  const monotonic = deps.monotonic ?? systemMonotonicClock;
  const stops: (() => unknown)[] = [];
  const edges: (() => unknown)[] = [];
  const stores: (() => unknown)[] = [];
  let stopped: Promise<void> | null = null;

  /** Keeps how to stop a part from the moment it has started. */
  const running = <T>(part: T, stop: (part: T) => unknown, of = stops): T => {
    of.push(() => stop(part));
    return part;
  };
  const edge = <T>(part: T, stop: (part: T) => unknown): T => running(part, stop, edges);
  const store = <T>(part: T, stop: (part: T) => unknown): T => running(part, stop, stores);

  async function start(serves: boolean): Promise<Ready | null> {
    await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
    const metrics = new ProcessMetrics();
    metrics.start();
    running(metrics, () => metrics.registry.clear());

    const database = store(await openDatabase(config, log), (each) => each.close());
    const nodes = store(await openCluster({ config, database, log }), (each) => each.close());
    const bus = store(nodes.bus, (each) => each.stop());
    const records = new SqlClockRecords(database, nodes.id);
    const clockGuard = new ClockGuard({ clock, monotonic, records, log, everyMs: deps.guardClockEveryMs });
    const audit = new SqlAuditLog(database);
    const settings = new SettingsService({ repository: new SqlSettingRepository(database), bus, clock });
    const gateways = new GatewayService({ repository: new SqlGatewayRepository(database), bus, clock });
    const machines = new MachineService({ repository: new SqlMachineRepository(database), settings, bus, clock });
    const people = await openUsers({ config, database, bus, clock, guard: clockGuard });
    const { users, passwords, sessions, accounts } = people;

    await settings.start();
    await gateways.start();
    for (const line of await ensureFirstUsers(users, passwords, config)) deps.tell(line);
    await running(sessions, (each) => each.stop()).start();

    const describe = (machineId: string) => machines.get(machineId)?.record ?? null;
    const readings = store(openReadingStore({ ...config, describe, clock, monotonic, log }), (each) => each.close());
    const report = await readings.open();
    for (const file of report.damaged) log.error({ file }, 'A damaged file was quarantined. All other data is intact');
    const onLate = (late: ReadingColumns) => {
      machines.observe(late);
      const newestMs = newestTimeOf(late);
      if (newestMs !== null) clockGuard.compareWithReading(newestMs);
    };
    const newest = running(new NewestAtStart(readings, onLate), (each) => each.stop());
    const latest = await newest.load();
    await running(machines, (each) => each.stop()).start(latest);
    // A command deletes nothing because of its age, and takes no readings by itself.
    if (serves) await running(clockGuard, (each) => each.stop()).start(newestTimeOf(latest));

    const alerts = new AlertService({
      ...{ repository: new SqlAlertRepository(database), machines, settings, readings, bus, clock, metrics, log },
      line: nodes.redis,
      settleMs: nodes.isShared ? SETTLE_MS : 0,
    });
    await running(alerts, (each) => each.stop()).start();
    const rowRetention = new RowRetention({ database, log });
    const backgroundJobs = new BackgroundJobs({
      jobs: [(...due) => readings.runDueJobs(...due), (...due) => rowRetention.deleteExpired(...due)],
      ...{ clock, guard: clockGuard, log },
      everyMs: deps.maintainEveryMs,
      retention: () => retentionOf(settings),
    });
    // What all nodes share one of them keeps in order; what a node has for itself it keeps in order itself.
    const duty = nodes.isShared ? new LeaderDuties(alerts.watch, backgroundJobs) : alerts.watch;
    // Readings that nobody watches over are evaluated by the next node that does.
    if (serves || !nodes.isShared) await running(nodes.leadership, (each) => each.stop()).start(duty);
    const commit = running(new GroupCommit(readings, metrics), (each) => each.close());
    commit.onCommitted(() => clockGuard.noteArrival());
    const deadLetters = new DeadLetters({ clock, metrics });
    const ingest = new IngestReadings({ commit, machines, alerts, bus, deadLetters, metrics, log });
    ingest.start();
    const provisioning = new Provisioning({ mode: config.autoProvision, machines, readings, bus, clock });
    if (nodes.isShared && nodes.redis !== null) {
      const services = {
        settings,
        gateways,
        machines,
        sessions,
        alerts,
        readings,
        deadLetters,
        provisioning,
        clockGuard,
      };
      const changes = new ClusterSync({ ...nodes, bus: nodes.redis, services: { ...services, ...people }, log });
      running(changes, (each) => each.stop()).start();
    }
    await bus.start();
    // It is interrupted at the very beginning of a stop: nothing waits for it.
    if (serves && !nodes.isShared) edge(backgroundJobs, (each) => each.stop()).start();

    const { externalBroker } = config.mqtt;
    const clockSkew = new ClockSkewGuard({ dataDir: config.dataDir, clock, log, everyMs: deps.judgeClockEveryMs });
    const ingestDeps = { ingest, machines, gateways, provisioning, deadLetters, clockSkew, clockGuard, clock, log };
    const clientId = externalBroker && clientIdOf(externalBroker, nodes.id);
    const drain = externalBroker && new MqttDrain({ ...ingestDeps, externalBroker, topics: config.mqtt.topics });
    const list = database.engine.name === 'postgres' ? new NodeRegistry(database) : null;
    const subscriber = externalBroker === null ? null : new MqttSubscriber({ ...ingestDeps, config, nodeId: nodes.id });
    const isSubscribed = () => subscriber?.isConnected ?? true;
    if (serves) await (list && running(list, (each) => each.stop()))?.start(nodes.id, clientId, isSubscribed);

    const control = new ControlSocket({
      dataDir: config.dataDir,
      handlers: {
        ...controlHandlers({ config, database, readings, audit, accounts, clock }),
        leave: decommissionHandler({
          nodes: list,
          own: { id: nodes.id, clientId, isServing: serves },
          drain: drain && ((name, progress) => drain.run(name, progress, { endsSessions: true })),
        }),
      },
      log,
    });
    await running(control, (each) => each.stop()).start();
    if (!serves) return null;

    const again = new MqttIngest({ ...ingestDeps, topics: config.mqtt.topics, onPressure: () => {} });
    running(
      nodes.local.subscribe((event) => void (event.kind === 'readings' && clockSkew.stored(event.readings))),
      (end) => end(),
    );
    await running(clockSkew, (each) => each.stop()).start(({ topic, gatewayId, payload }, done) => {
      const gateway = gatewayId === null ? null : gateways.get(gatewayId);
      if (gateway !== undefined) again.acceptAgain(topic, payload, { gateway }, done);
      else {
        again.reject(topic, 'not_allowed', payload);
        done();
      }
    });

    const hears = (nodeId: string) => nodes.redis?.hears(nodeId) ?? false;
    const monitor = list && nodes.isShared ? new NodeMonitor({ list, ownId: nodes.id, hears, log }) : null;
    if (monitor !== null) {
      const orphaned = drain && new OrphanedSessions({ ownId: nodes.id, drain, isSubscribed, log });
      if (orphaned !== null) running(orphaned, (each) => each.stop());
      running(monitor, (each) => each.stop()).start((seen) => orphaned?.look(seen));
    }

    let mqttAddress: { host: string; port: number } | null = null;
    const core: Core = {
      config,
      log,
      clock,
      metrics,
      bus,
      database,
      readings,
      parquet: duckdbParquetWriter,
      ingest,
      deadLetters,
      clockSkew,
      clockGuard,
      provisioning,
      machines,
      alerts,
      settings,
      gateways,
      broker: () =>
        mqttAddress && {
          port: mqttAddress.port,
          tls: config.mqtt.broker?.tls != null,
          topics: [...config.mqtt.topics],
        },
      accounts,
      sessions,
      audit,
      externalBroker: subscriber,
      clusterLink: nodes.redis,
      rateCounters: nodes.rateCounters,
      monitor,
    };
    const { webRoot = WEB_ROOT, timeouts } = deps;
    const http = edge(await createHttpServer(core, { webRoot, ...(timeouts && { timeouts }) }), (each) => each.close());
    if (config.role !== 'ingest') edge(new SocketGateway(core), (each) => each.stop()).start(http.server);
    const mqtt = config.mqtt.broker === null ? null : edge(new MqttListener({ ...core }), (each) => each.stop());
    mqttAddress = (await mqtt?.start()) ?? null;
    if (subscriber) edge(subscriber, (each) => each.stop()).start();
    return describeReady(config, { http: await http.listen(), mqtt: mqttAddress, externalBroker: subscriber });
  }

  async function stop(): Promise<void> {
    // At the same time: what hangs in one edge takes nothing from the time of another.
    await Promise.all(edges.map(stopQuietly));
    for (const stopPart of stops.reverse()) await stopQuietly(stopPart);
    await Promise.all(stores.map(stopQuietly));
  }

  async function stopQuietly(stopPart: () => unknown): Promise<void> {
    try {
      await stopPart();
    } catch (error) {
      log.error({ err: error }, 'A part did not stop cleanly');
    }
  }

  return {
    start: async () => (await start(true)) as Ready,
    startOffline: async () => void (await start(false)),
    stop: () => (stopped ??= stop()),
  };
}
