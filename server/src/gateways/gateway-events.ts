// The events of gateways.

export type GatewayEvent =
  /** Gateways, their credentials or their machines changed. */
  | { kind: 'gateways' }
  /** The profiles of gateways changed. */
  | { kind: 'gateway_profiles' }
  /** The connection ended without DISCONNECT, and the gateway has not come back. No other connected one sends for the machines. */
  | {
      kind: 'gateway_offline';
      gatewayId: string;
      /** A node or device of Sparkplug that died: no gateway has the id. A node of an older version does not send it. */
      isNode?: boolean;
      name: string;
      machineIds: readonly string[];
      sinceMs: number;
    }
  | { kind: 'gateway_online'; gatewayId: string }
  /** What this node received of gateways since its last such event. */
  | { kind: 'gateway_traffic'; sent: readonly SentByGateway[] };

export interface SentByGateway {
  readonly gatewayId: string;
  readonly messages: number;
  /** Of the messages. One that was refused in part counts as this part. */
  readonly refused: number;
  /** Why the newest of them was refused, a sentence without its end; null if there was none. */
  readonly why: string | null;
  /** Machines for which it sent, at most 100; empty if nothing was refused. */
  readonly machineIds: readonly string[];
}
