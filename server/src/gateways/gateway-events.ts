// The events of gateways.

export type GatewayEvent =
  /** Gateways, their credentials or their machines changed. */
  | { kind: 'gateways' }
  /** The profiles of gateways changed. */
  | { kind: 'gateway_profiles' }
  /** The connection ended without DISCONNECT, and the gateway has not come back. No other connected one sends for the machines. */
  | { kind: 'gateway_offline'; gatewayId: string; name: string; machineIds: readonly string[]; sinceMs: number }
  | { kind: 'gateway_online'; gatewayId: string };
