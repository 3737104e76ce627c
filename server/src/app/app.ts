// The composition root: makes every part, gives each what it needs, and starts them in order. Read it from top to bottom.

import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { settingNumber } from '@gonsters/contract';
import { AuditAnchor } from '../audit/audit-anchor.ts';
import { AuditCheck } from '../audit/audit-check.ts';
import { type Clock, type MonotonicClock, systemClock, systemMonotonicClock } from '../clock.ts';
import { ClockGuard } from '../clock-guard/clock-guard.ts';
import { SqlClockRecords } from '../clock-guard/sql-clock-records.ts';
import { NodeRegistry } from '../cluster/node-registry.ts';
import type { Config } from '../config.ts';
import { type ReplacedDatabase, StandbyCopy } from '../database/standby-copy.ts';
import { GatewayOutages } from '../gateways/gateway-outages.ts';
import type { HttpTimeouts } from '../http/http-server.ts';
import { ClockSkewGuard } from '../ingest/clock-skew/clock-skew-guard.ts';
import type { Logger } from '../log.ts';
import { isLoopback } from '../loopback.ts';
import { MachineHandovers } from '../machines/handover/machine-handovers.ts';
import { SqlHandoverRepository } from '../machines/handover/sql-handover-repository.ts';
import { ProcessMetrics } from '../process-metrics.ts';
import { InstallationDamage } from '../readings/installation-damage.ts';
import { newestTimeOf } from '../readings/reading-batch.ts';
import { damagedDatabase, replacedDamage, type StoredDamage } from '../readings/stored-damage.ts';
import { secretBoxOf } from '../secret-box.ts';
import { TlsCertificate } from '../tls-certificate.ts';
import { startAlerts, startImprovement, startLeadership } from './alerts.ts';
import { joinCluster, startClusterSync, startNodeMonitor } from './cluster.ts';
import { openDuty } from './duty.ts';
import { startControl, startEdges } from './edges.ts';
import {
  createExternalBroker,
  startClockSkewGuard,
  startIncomingReplay,
  startIngestPipeline,
  startSparkplugConnection,
  startSparkplugHost,
} from './ingest.ts';
import { Lifecycle } from './lifecycle.ts';
import { tellLookAlikes } from './look-alikes.ts';
import { createNotifications } from './notifications.ts';
import type { Ready } from './ready.ts';
import { createServices, createStatusEnds, startUsers } from './services.ts';
import { createShiftReports } from './shifts.ts';
import { createBackgroundJobs, openReadings, openStorage } from './storage.ts';

export interface App {
  /** Resolves when everything serves. After a rejection `stop` must still be called. */
  start(): Promise<Ready>;
  /** In place of `start`, for a command: it listens nowhere, takes no readings by itself and is no node to others. */
  startOffline(): Promise<void>;
  /** Reads certificates again from their files; nobody is disconnected. */
  reload(): void;
  /** Edges first, stores last. Safe twice, and after a start that failed half-way. */
  stop(): Promise<void>;
}

export interface AppDeps {
  log: Logger;
  /** Reaches the person who starts the server, and no log: it may receive a one-time password. */
  tell: (line: string) => void;
  /** The folder of the built page. */
  webRoot?: string;
  clock?: Clock;
  monotonic?: MonotonicClock;
  timeouts?: HttpTimeouts;
  judgeClockEveryMs?: number;
  guardClockEveryMs?: number;
  backgroundJobsEveryMs?: number;
}

/** The built page, beside the server in the checkout. */
const WEB_ROOT = resolve(import.meta.dirname, '../../../web/dist');

export function createApp(config: Config, deps: AppDeps): App {
  const { log, tell, clock = systemClock, monotonic = systemMonotonicClock, webRoot = WEB_ROOT } = deps;
  const lifecycle = new Lifecycle(log);
  let certificate: TlsCertificate | null = null;

  async function startCore(isServing: boolean) {
    await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
    const tls = config.mqtt.broker?.tls ?? null;
    if (isServing && tls !== null) {
      certificate = lifecycle.service(new TlsCertificate({ sources: tls, clock, log }));
      certificate.start();
    }
    const metrics = new ProcessMetrics();
    metrics.start();
    lifecycle.service({ stop: () => metrics.registry.clear() });

    const describe = (machineId: string) => machines.get(machineId)?.record ?? null;
    const kindOf = (metricName: string) => metricService.get(metricName)?.kind ?? 'gauge';
    const plantZone = () => settings.all().plant_timezone ?? 'UTC';
    // Never empty: a stored value that is not valid is replaced by the default.
    const holdMs = () => (settingNumber(settings.all(), 'inactivity_timeout') as number) * 1000;
    const storage = { config, describe, kindOf, holdMs, plantZone, clock, monotonic, log };
    const installation = new InstallationDamage(config.dataDir);
    await installation.open();
    const noteDamage = (damage: StoredDamage) => installation.note(damage);
    // Readings are taken with the machines and credentials of the copy.
    const onDamaged = () => noteDamage(damagedDatabase(clock.nowMs()));
    const onReplaced = ({ copiedMs }: ReplacedDatabase) => noteDamage(replacedDamage(copiedMs, clock.nowMs()));
    const { database, readings } = await openStorage({ ...storage, onReplaced }, lifecycle);
    const anchored = { database, dataDir: config.dataDir, clock, log };
    const anchor = lifecycle.service(new AuditAnchor({ ...anchored, onCut: noteDamage }));
    await anchor.start();
    const cluster = await joinCluster({ config, database, log }, lifecycle);
    const { bus } = cluster;
    const records = new SqlClockRecords(database, cluster.id);
    const clockGuard = new ClockGuard({ clock, monotonic, records, log, everyMs: deps.guardClockEveryMs });

    const { audit, ...services } = createServices({
      ...{ database, bus, clock, log },
      onAudited: (head) => anchor.noteAppended(head),
    });
    const { settings, dutyService, metricService, gateways, accessKeys, profiles, machines, conditions } = services;
    await settings.start();
    await dutyService.start();
    await lifecycle.service(metricService).start();
    await gateways.start();
    await accessKeys.start();
    await profiles.start();
    const box = secretBoxOf(config);
    const users = await startUsers(
      { config, database, bus, clock, guard: clockGuard, box, accessKeys, log, tell },
      lifecycle,
    );
    const latest = await openReadings({ readings, machines, clockGuard, log }, lifecycle);
    await lifecycle.service(machines).start(latest);
    if (isServing) await tellLookAlikes({ users: users.users, machines, gateways, audit, clock, log });
    await lifecycle.service(conditions).start();
    // A command deletes nothing because of its age, and takes no readings by itself.
    if (isServing) await lifecycle.service(clockGuard).start(newestTimeOf(latest));

    const shared = { config, database, readings, ...services, bus, clock, clockGuard, metrics, log };
    const alerts = await startAlerts({ ...shared, cluster }, lifecycle);
    const notifications = await createNotifications({ ...shared, ...users, box, audit, alerts, cluster }, lifecycle);
    const { dispatcher, contacts } = notifications;
    const statusEnds = createStatusEnds({ ...shared, audit });
    const duty = openDuty({ ...shared, contacts, sender: notifications.sender });
    const standby = database.engine.name === 'sqlite' ? new StandbyCopy({ ...anchored, onDamaged }) : null;
    const auditCheck = new AuditCheck({ audit, clock, log, onBroken: noteDamage });
    const further = [
      (nowMs: number) => duty.gapNotices.run(nowMs),
      (nowMs: number) => auditCheck.run(nowMs),
      ...(standby === null ? [] : [(nowMs: number) => standby.run(nowMs)]),
    ];
    const everyMs = deps.backgroundJobsEveryMs;
    const backgroundJobs = createBackgroundJobs({ ...shared, guard: clockGuard, everyMs, further });
    // Offline, a node of a plant leaves readings to be evaluated by the next leader.
    if (isServing || !cluster.isShared)
      await startLeadership(
        { cluster, alerts, jobs: [backgroundJobs, dispatcher, ...notifications.jobs, statusEnds] },
        lifecycle,
      );

    const { commit, ...ingest } = startIngestPipeline({ ...shared, alerts }, lifecycle);
    commit.onCommitted(() => clockGuard.noteArrival());
    const deletedMachines = new SqlHandoverRepository(database);
    const { isShared } = cluster;
    const handovers = new MachineHandovers({ ...shared, repository: deletedMachines, commit, isShared });
    startClusterSync({ cluster, services: { ...shared, ...users, ...ingest, alerts, contacts }, log }, lifecycle);
    await bus.start();
    // An edge, because a stop interrupts it first. Of several nodes, the leader runs it.
    if (isServing && !cluster.isShared) lifecycle.edge(backgroundJobs).start();
    if (isServing && !cluster.isShared) lifecycle.edge(dispatcher).start();
    if (isServing && !cluster.isShared) for (const job of notifications.jobs) lifecycle.edge(job).start();
    if (isServing && !cluster.isShared) lifecycle.edge(statusEnds).start();
    if (isServing) lifecycle.edge(handovers).start();

    const clockSkew = new ClockSkewGuard({ dataDir: config.dataDir, clock, log, everyMs: deps.judgeClockEveryMs });
    const sparkplug = startSparkplugHost({ ...shared, monotonic }, lifecycle);
    const { channels } = notifications;
    const shifts = createShiftReports({ ...shared, duty, channels, audit });
    const core = {
      ...shared,
      sparkplug,
      ...users,
      ...ingest,
      alerts,
      notifications,
      duty,
      shifts,
      audit,
      clockSkew,
      handovers,
      deletedMachines,
      certificate,
      installation,
      anchor,
    };
    const externalBroker = await createExternalBroker({ ...core, nodeId: cluster.id });
    const registry = database.engine.name === 'postgres' ? new NodeRegistry(database) : null;
    if (isServing && registry !== null) {
      const { clientId, isSubscribed } = externalBroker ?? { clientId: null, isSubscribed: () => true };
      await lifecycle.service(registry).start(cluster.id, clientId, isSubscribed);
    }
    await startControl({ ...core, registry, nodeId: cluster.id, externalBroker, isServing }, lifecycle);
    return { core, cluster, registry, externalBroker };
  }

  async function start(): Promise<Ready> {
    const { core, cluster, registry, externalBroker } = await startCore(true);
    lifecycle.edge(new GatewayOutages({ ...core, timeoutOf: (id) => core.machines.timeouts.of(id) })).start();
    await startClockSkewGuard({ ...core, bus: cluster.local }, lifecycle);
    const monitor = startNodeMonitor({ cluster, registry, externalBroker, log }, lifecycle);
    const isLeader = () => cluster.leadership.isLeader;
    await startSparkplugConnection({ ...core, nodeId: cluster.id, isLeader }, lifecycle);
    const incomingReplay = startIncomingReplay(core, lifecycle);
    const improvement = startImprovement({ ...core, cluster, monotonic }, lifecycle);
    const { redis: clusterLink, rateCounters } = cluster;
    const ready = await startEdges(
      {
        ...core,
        ...improvement,
        incomingReplay,
        clusterLink,
        rateCounters,
        monitor,
        externalBroker,
        webRoot,
        timeouts: deps.timeouts,
      },
      lifecycle,
    );
    if (isLoopback(config.host)) core.notifications.linkBase.listensOnLoopback(ready.http);
    return ready;
  }

  return {
    start,
    startOffline: async () => void (await startCore(false)),
    reload: () => certificate?.reload(),
    stop: () => lifecycle.stop(),
  };
}
