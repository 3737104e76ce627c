// The edges: HTTP, live clients and MQTT, and the control socket for the command line.

import { isoTime } from '@gonsters/contract';
import { auditCommand } from '../audit/audit-command.ts';
import type { NodeRegistry } from '../cluster/node-registry.ts';
import type { Config } from '../config.ts';
import { type ControlDeps, controlHandlers } from '../control/control-handlers.ts';
import { ControlSocket } from '../control/control-socket.ts';
import { decommissionHandler } from '../control/decommission.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { HttpDeps } from '../http/http-deps.ts';
import { createHttpServer, type HttpTimeouts } from '../http/http-server.ts';
import { MqttListener } from '../ingest/mqtt/embedded/mqtt-listener.ts';
import type { SparkplugHost } from '../ingest/sparkplug/sparkplug-host.ts';
import { SocketGateway } from '../live/socket-gateway.ts';
import type { Logger } from '../log.ts';
import { duckdbParquetWriter } from '../readings/engines/duckdb/write-parquet.ts';
import type { ShownMetrics } from '../readings/shown-metrics.ts';
import type { ExternalBroker } from './ingest.ts';
import type { Lifecycle } from './lifecycle.ts';
import { describeReady, type Ready } from './ready.ts';

/** Listens for commands of the command line. It outlasts the other edges: a command may need the whole server. */
export async function startControl(
  deps: ControlDeps & {
    config: Config;
    registry: NodeRegistry | null;
    nodeId: string;
    externalBroker: ExternalBroker | null;
    /** Whether this process is the node at work, and not a command on its data directory. */
    isServing: boolean;
    log: Logger;
  },
  lifecycle: Lifecycle,
): Promise<void> {
  const { config, registry, nodeId, externalBroker, isServing, log } = deps;
  const clientId = externalBroker?.clientId ?? null;
  const handlers = {
    ...controlHandlers(deps),
    leave: decommissionHandler({
      audited: auditCommand(deps.audit, deps.clock),
      nodes: registry,
      own: { id: nodeId, clientId, isServing },
      drain: externalBroker && ((name, progress) => externalBroker.drain.run(name, progress, { endsSessions: true })),
    }),
  };
  await lifecycle.service(new ControlSocket({ dataDir: config.dataDir, handlers, log })).start();
}

/** Begins to listen. @returns where */
export async function startEdges(
  deps: Omit<HttpDeps, 'parquet' | 'broker' | 'externalBroker'> & {
    bus: EventBus;
    catalogue: ShownMetrics;
    sparkplug: SparkplugHost | null;
    externalBroker: ExternalBroker | null;
    webRoot: string;
    timeouts: HttpTimeouts | undefined;
  },
  lifecycle: Lifecycle,
): Promise<Ready> {
  const { config, webRoot, timeouts } = deps;
  const subscriber = deps.externalBroker?.subscriber ?? null;
  let mqttAddress: { host: string; port: number } | null = null;
  const edgeDeps = {
    ...deps,
    externalBroker: subscriber,
    parquet: duckdbParquetWriter,
    broker: () =>
      mqttAddress && {
        port: mqttAddress.port,
        tls: deps.certificate !== null,
        certificate_expires_at: deps.certificate && isoTime(deps.certificate.expiresAtMs),
        topics: [...config.mqtt.topics],
      },
  };
  const http = lifecycle.edge(await createHttpServer(edgeDeps, { webRoot, ...(timeouts && { timeouts }) }));
  if (config.role !== 'ingest') lifecycle.edge(new SocketGateway(edgeDeps)).start(http.server);
  if (config.mqtt.broker !== null) mqttAddress = await lifecycle.edge(new MqttListener(edgeDeps)).start();
  if (subscriber !== null) {
    lifecycle.edge(subscriber).start();
    const unsubscribe = deps.bus.subscribe(({ kind }) => {
      if (kind === 'gateway_profiles' || kind === 'gateways') subscriber.profilesChanged();
    });
    lifecycle.edge({ stop: unsubscribe });
  }
  return describeReady(config, { http: await http.listen(), mqtt: mqttAddress, externalBroker: subscriber });
}
