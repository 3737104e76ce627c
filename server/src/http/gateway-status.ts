// What replies say of the connections of gateways.

import {
  type ClientIdConflict,
  type Gateway,
  type GatewayStatus,
  isoTime,
  type RefusedConnection,
} from '@gonsters/contract';
import type { GatewayConnections } from '../gateways/gateway-connections.ts';

export function gatewayStatus(gateway: Gateway, connections: GatewayConnections): Omit<GatewayStatus, 'clock'> {
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
  };
}

export function connectionFaults(connections: GatewayConnections): {
  client_id_conflicts: ClientIdConflict[];
  refused_connections: RefusedConnection[];
} {
  return {
    client_id_conflicts: connections.conflicts().map((conflict) => ({
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
