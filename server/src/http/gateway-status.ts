// What replies say of the connections of gateways, and of what they send.

import {
  type ClientIdConflict,
  type Gateway,
  type GatewayStatus,
  type GatewayTraffic,
  isoTime,
  type RefusedConnection,
} from '@gonsters/contract';
import type { GatewayConnections } from '../gateways/gateway-connections.ts';
import type { VisibleMachines } from '../machines/visible-machines.ts';
import type { HttpDeps } from './http-deps.ts';

const MAX_LISTED_MACHINES = 100;

export function gatewayStatus(
  gateway: Gateway,
  deps: Pick<HttpDeps, 'gatewayConnections' | 'gatewayTraffic'> & { machines: Pick<VisibleMachines, 'get'> },
): Omit<GatewayStatus, 'clock'> {
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
    traffic: trafficView(gateway.id, deps),
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
    newest_message_at: traffic.newestMessageMs === null ? null : isoTime(traffic.newestMessageMs),
    refused: traffic.refused.map(({ reason, count, newestMs, topic, example }) => ({
      ...{ reason, count, topic, example },
      newest_at: isoTime(newestMs),
    })),
    machine_count: fed.length,
    machines: fed.slice(0, MAX_LISTED_MACHINES),
  };
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
