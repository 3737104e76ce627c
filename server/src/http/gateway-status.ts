// What replies say of the connections of gateways, and of what they send.

import {
  type ClientIdConflict,
  type Gateway,
  type GatewayDiscoveries,
  type GatewayStatus,
  type GatewayTraffic,
  isoTime,
  MAX_LISTED_DISCOVERIES,
  type RefusedConnection,
} from '@gonsters/contract';
import type { GatewayConnections } from '../gateways/gateway-connections.ts';
import type { MachineScope } from '../machines/machine-scope.ts';
import type { VisibleMachines } from '../machines/visible-machines.ts';
import type { HttpDeps } from './http-deps.ts';

const MAX_LISTED_MACHINES = 100;

type StatusDeps = Pick<
  HttpDeps,
  'gatewayConnections' | 'gatewayTraffic' | 'metricService' | 'provisioning' | 'clocks' | 'clock'
> & { machines: Pick<VisibleMachines, 'get'> };

export function gatewayStatus(gateway: Gateway, deps: StatusDeps): Omit<GatewayStatus, 'clock' | 'discovered'> {
  const { gatewayConnections: connections } = deps;
  const end = connections.endOf(gateway.id);
  return {
    ...gateway,
    connections: connections.of(gateway.id).map((client) => ({
      client_id: client.clientId,
      protocol_version: client.protocolVersion,
      address: client.address,
      connected_since: isoTime(client.sinceMs),
    })),
    disconnected_at: end && isoTime(end.atMs),
    connection_lost: end !== null && !end.isOrderly,
    clock_offset_ms: deps.clocks.offsetOf(gateway.id, deps.clock.nowMs()),
    traffic: trafficView(gateway.id, deps),
  };
}

/** What gateways sent that nobody has described yet. @returns a function of the gateway's id */
export function discoveries(
  {
    metricService,
    provisioning,
    gatewayTraffic,
  }: Pick<StatusDeps, 'metricService' | 'provisioning' | 'gatewayTraffic'>,
  scope: MachineScope,
): (gatewayId: string) => GatewayDiscoveries {
  const metrics = new Map<string, string[]>();
  for (const { record } of metricService.all()) {
    const gatewayId = record.discovered?.gateway;
    if (!gatewayId || (record.status !== 'discovered' && record.status !== 'pending')) continue;
    metrics.set(gatewayId, [...(metrics.get(gatewayId) ?? []), record.name]);
  }
  const waiting = provisioning.list(scope);
  return (gatewayId) => {
    const names = metrics.get(gatewayId) ?? [];
    const machines = waiting.filter(({ machine_id }) => gatewayTraffic.feeds(gatewayId, machine_id));
    return {
      metric_count: names.length,
      metrics: names.slice(0, MAX_LISTED_DISCOVERIES),
      machine_count: machines.length,
      machines: machines.slice(0, MAX_LISTED_DISCOVERIES).map(({ id }) => id),
    };
  };
}

function trafficView(
  gatewayId: string,
  { gatewayTraffic, machines }: Pick<HttpDeps, 'gatewayTraffic'> & { machines: Pick<VisibleMachines, 'get'> },
): GatewayTraffic {
  const traffic = gatewayTraffic.of(gatewayId);
  const fed = traffic.machines.flatMap(({ machineId, newestMs }) => {
    const name = machines.get(machineId)?.record.name;
    return name === undefined ? [] : [{ machine_id: machineId, name, newest_at: isoTime(newestMs) }];
  });
  return {
    messages_per_second: rounded(traffic.messagesPerSecond),
    values_per_second: rounded(traffic.valuesPerSecond),
    last_hour: { messages: traffic.hour.messages, refused: rounded(traffic.hour.refused) },
    newest_message_at: traffic.newestMessageMs === null ? null : isoTime(traffic.newestMessageMs),
    refused: traffic.refused.map(({ reason, count, newestMs, topic, example }) => ({
      ...{ reason, count, topic, example },
      newest_at: isoTime(newestMs),
    })),
    machine_count: fed.length,
    machines: fed.slice(0, MAX_LISTED_MACHINES),
  };
}

/** More gateways than this are not shown in the metrics of the process, the last by name. */
const MAX_MEASURED = 200;

/** Sets the gauges of gateways, which have the name as label. */
export function measureGateways(
  deps: Pick<HttpDeps, 'gateways' | 'gatewayConnections' | 'gatewayTraffic' | 'clocks' | 'clock' | 'metrics'>,
): void {
  const { gatewayConnected, gatewayValues, gatewayRefused, gatewayClockOffset } = deps.metrics;
  // A gateway may have been deleted or renamed.
  for (const gauge of [gatewayConnected, gatewayValues, gatewayRefused, gatewayClockOffset]) gauge.reset();
  for (const { id, name } of deps.gateways.list().slice(0, MAX_MEASURED)) {
    const { valuesPerSecond, hour } = deps.gatewayTraffic.of(id);
    gatewayConnected.set({ gateway: name }, deps.gatewayConnections.of(id).length);
    gatewayValues.set({ gateway: name }, valuesPerSecond);
    if (hour.messages > 0) gatewayRefused.set({ gateway: name }, Math.min(1, hour.refused / hour.messages));
    const offsetMs = deps.clocks.offsetOf(id, deps.clock.nowMs());
    if (offsetMs !== null) gatewayClockOffset.set({ gateway: name }, offsetMs / 1000);
  }
}

const rounded = (rate: number) => Math.round(rate * 100) / 100;

/** Of gateways that the user may see; connections without a gateway are those of nobody. */
export function connectionFaults(
  connections: GatewayConnections,
  isVisible: (gatewayId: string) => boolean,
): {
  client_id_conflicts: ClientIdConflict[];
  refused_connections: RefusedConnection[];
} {
  return {
    client_id_conflicts: connections
      .conflicts()
      .filter(({ gatewayId }) => gatewayId === null || isVisible(gatewayId))
      .map((conflict) => ({
        client_id: conflict.clientId,
        gateway_id: conflict.gatewayId,
        addresses: [...conflict.addresses],
        takeovers: conflict.takeovers,
        newest_at: isoTime(conflict.newestMs),
      })),
    refused_connections: connections.refused.list().map((refused) => ({
      client_id: refused.clientId,
      username: refused.username,
      protocol_version: refused.protocolVersion,
      address: refused.address,
      reason_code: refused.reasonCode,
      reason: refused.reason,
      count: refused.count,
      first_at: isoTime(refused.firstMs),
      newest_at: isoTime(refused.newestMs),
    })),
  };
}
