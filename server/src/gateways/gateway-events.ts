// The events of gateways.

/** Gateways, their credentials or their machines changed. */
export type GatewayEvent = { kind: 'gateways' };
