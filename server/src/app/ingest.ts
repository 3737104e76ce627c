// How readings come in: the pipeline from commit to announcement, the clock-skew guard, and the external broker.

import type { AlertService } from '../alerts/alert-service.ts';
import type { Clock, MonotonicClock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Database } from '../database/database.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { GatewayService } from '../gateways/gateway-service.ts';
import type { ClockSkewGuard } from '../ingest/clock-skew/clock-skew-guard.ts';
import { DeviceClocks } from '../ingest/clock-skew/device-clocks.ts';
import { DeadLetters } from '../ingest/dead-letters/dead-letters.ts';
import { IncomingData } from '../ingest/incoming/incoming-data.ts';
import { IncomingReplay } from '../ingest/incoming/incoming-replay.ts';
import type { RefusedMessage } from '../ingest/incoming/refused-message.ts';
import type { MqttDrain } from '../ingest/mqtt/external/mqtt-drain.ts';
import type { MqttSubscriber } from '../ingest/mqtt/external/mqtt-subscriber.ts';
import { MqttIngest, type MqttIngestDeps } from '../ingest/mqtt/mqtt-ingest.ts';
import { IngestReadings } from '../ingest/pipeline/ingest-readings.ts';
import { Provisioning } from '../ingest/provisioning/provisioning.ts';
import { NodeRecords } from '../ingest/sparkplug/node-records.ts';
import { SparkplugHost } from '../ingest/sparkplug/sparkplug-host.ts';
import type { Logger } from '../log.ts';
import type { MachineService } from '../machines/machine-service.ts';
import type { ProcessMetrics } from '../process-metrics.ts';
import { GroupCommit } from '../readings/group-commit.ts';
import type { ReadingStore } from '../readings/reading-store.ts';
import type { Lifecycle } from './lifecycle.ts';
import { createTakeIn } from './replay.ts';

export interface Ingest {
  commit: GroupCommit;
  ingest: IngestReadings;
  deadLetters: DeadLetters;
  incoming: IncomingData;
  provisioning: Provisioning;
  clocks: DeviceClocks;
}

/** Stores, evaluates and announces readings, whichever way they come in. */
export function startIngestPipeline(
  deps: {
    config: Pick<Config, 'autoProvision' | 'dataDir'>;
    readings: ReadingStore;
    machines: MachineService;
    alerts: AlertService;
    bus: EventBus;
    clock: Clock;
    metrics: ProcessMetrics;
    log: Logger;
    /** Readings that may wait for their commit. */
    maxPendingReadings?: number;
  },
  lifecycle: Lifecycle,
): Ingest {
  const { config, readings, machines, bus, clock, metrics, maxPendingReadings } = deps;
  const limits = maxPendingReadings === undefined ? undefined : { maxPendingReadings };
  const commit = lifecycle.service(new GroupCommit(readings, metrics, limits));
  const deadLetters = new DeadLetters({ clock, metrics });
  const incoming = lifecycle.service(new IncomingData({ ...deps, dataDir: config.dataDir }));
  const ingest = new IngestReadings({ ...deps, commit, deadLetters });
  ingest.start();
  const provisioning = new Provisioning({ mode: config.autoProvision, machines, readings, bus, clock });
  const noteOffset = (machineId: string, offsetMs: number) => machines.noteClockOffset(machineId, offsetMs);
  const clocks = new DeviceClocks({ ...deps, noteOffset });
  return { commit, ingest, deadLetters, incoming, provisioning, clocks };
}

/** null where Sparkplug B is not received. */
export function startSparkplugHost(
  deps: {
    config: Config;
    database: Database;
    bus: EventBus;
    clock: Clock;
    monotonic: MonotonicClock;
    log: Logger;
  },
  lifecycle: Lifecycle,
): SparkplugHost | null {
  const { sparkplugHostId } = deps.config.mqtt;
  if (sparkplugHostId === null) return null;
  const host = lifecycle.service(
    new SparkplugHost({ ...deps, records: new NodeRecords(deps.database), hostId: sparkplugHostId }),
  );
  host.start();
  return host;
}

/** Follows the nodes that publish at an external broker, while this node is the leader. */
export async function startSparkplugConnection(
  deps: MqttDeps & { config: Config; nodeId: string; isLeader: () => boolean },
  lifecycle: Lifecycle,
): Promise<void> {
  const { sparkplug } = deps;
  const broker = deps.config.mqtt.sparkplugBroker;
  if (broker === null || sparkplug === null) return;
  const { SparkplugConnection } = await import('../ingest/mqtt/external/sparkplug-connection.ts');
  lifecycle.edge(new SparkplugConnection({ ...deps, sparkplug, broker })).start();
}

/** Also reads what earlier processes kept of refused messages. */
export function startIncomingReplay(
  deps: Omit<MqttDeps, 'incoming' | 'ingest'> & {
    incoming: IncomingData;
    ingest: IngestReadings;
    readings: ReadingStore;
    config: Config;
  },
  lifecycle: Lifecycle,
): IncomingReplay {
  const { incoming, config } = deps;
  const takeIn = createTakeIn({ ...deps, topics: config.mqtt.acceptedTopics });
  incoming.start();
  const isDescribed = (gatewayId: string, { protocol, topic }: RefusedMessage) =>
    (protocol === 'mqtt' || protocol === 'external_mqtt') &&
    (deps.profileRules.find(gatewayId, topic, topic.split('/'))?.compiled.topic ?? null) !== null;
  return lifecycle.service(new IncomingReplay({ ...deps, incoming, takeIn, isDescribed }));
}

type MqttDeps = Omit<MqttIngestDeps, 'topics' | 'onPressure'>;

export interface ExternalBroker {
  /** Names this node's sessions at the broker. */
  clientId: string;
  subscriber: MqttSubscriber;
  drain: MqttDrain;
  /** Whether this node receives what the broker holds for it. */
  isSubscribed: () => boolean;
}

/** null where the embedded broker is used, or none. The MQTT client library is loaded only here. */
export async function createExternalBroker(
  deps: MqttDeps & { config: Config; nodeId: string },
): Promise<ExternalBroker | null> {
  const { config, nodeId } = deps;
  const { externalBroker, topics } = config.mqtt;
  if (externalBroker === null) return null;
  const [{ MqttDrain }, { clientIdOf }, { MqttSubscriber }] = await Promise.all([
    import('../ingest/mqtt/external/mqtt-drain.ts'),
    import('../ingest/mqtt/external/mqtt-session.ts'),
    import('../ingest/mqtt/external/mqtt-subscriber.ts'),
  ]);
  const subscriber = new MqttSubscriber(deps);
  return {
    clientId: clientIdOf(externalBroker, nodeId),
    subscriber,
    drain: new MqttDrain({ ...deps, externalBroker, topics }),
    isSubscribed: () => subscriber.isConnected,
  };
}

/** Ingests payloads again that an earlier process, or this one, spooled while the clock was behind. */
export async function startClockSkewGuard(
  deps: MqttDeps & { clockSkew: ClockSkewGuard; gateways: GatewayService; config: Config; bus: EventBus },
  lifecycle: Lifecycle,
): Promise<void> {
  const { clockSkew, gateways, config, bus } = deps;
  const mqttIngest = new MqttIngest({ ...deps, topics: config.mqtt.acceptedTopics, onPressure: () => {} });
  const unsubscribe = bus.subscribe((event) => {
    if (event.kind === 'readings') clockSkew.noteStored(event.readings);
  });
  lifecycle.service({ stop: unsubscribe });
  await lifecycle.service(clockSkew).start(({ topic, gatewayId, payload }, done) => {
    const gateway = gatewayId === null ? null : gateways.get(gatewayId);
    if (gateway !== undefined) {
      const sender = { gatewayId, client: null, address: null };
      mqttIngest.acceptSpooled(topic, payload, { gateway, sender }, done);
      return;
    }
    mqttIngest.reject(topic, 'not_allowed', payload, null);
    done();
  });
}
