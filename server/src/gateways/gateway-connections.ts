// Which clients of the embedded broker are connected, which were refused, and which fight over a client id.

import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import { RefusedConnections } from './refused-connections.ts';

export interface ConnectedClient {
  /** null for an anonymous client. */
  readonly gatewayId: string | null;
  readonly clientId: string;
  /** As people write it: 3.1, 3.1.1 or 5. */
  readonly protocolVersion: string;
  readonly address: string;
  /** UTC ms. */
  readonly sinceMs: number;
}

/** Several devices use one client id, so that each ends the connection of the others. Times are UTC ms. */
export interface ClientIdConflict {
  readonly clientId: string;
  readonly gatewayId: string | null;
  readonly addresses: readonly string[];
  /** Connections that were ended in the last minute. */
  readonly takeovers: number;
  readonly newestMs: number;
}

/** How the last connection of a gateway ended. */
export interface EndedConnection {
  readonly atMs: number;
  /** false: without DISCONNECT, so that the gateway, its network or its power failed. */
  readonly isOrderly: boolean;
}

const MINUTE_MS = 60_000;
/** A gateway whose connection broke replaces it once. */
const CONFLICT_FROM_TAKEOVERS = 3;
/** A conflict is reported for this long after the last takeover. */
const REPORTED_FOR_MS = 10 * MINUTE_MS;
const MAX_CONFLICTS = 100;

interface Takeovers {
  readonly clientId: string;
  readonly gatewayId: string | null;
  addresses: string[];
  timesMs: number[];
  loggedMs: number;
  isConflict: boolean;
}

export class GatewayConnections {
  readonly refused: RefusedConnections;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #clients = new Map<object, ConnectedClient>();
  /** Of gateways that are connected. */
  readonly #byGateway = new Map<string, Set<ConnectedClient>>();
  readonly #ended = new Map<string, EndedConnection>();
  #onConnected: (gatewayId: string) => void = () => {};
  readonly #takeovers = new Map<string, Takeovers>();

  constructor(deps: { clock: Clock; log: Logger }) {
    this.#clock = deps.clock;
    this.#log = deps.log;
    this.refused = new RefusedConnections(deps);
  }

  /** `connection` identifies the connection in later calls. */
  connected(connection: object, client: Omit<ConnectedClient, 'sinceMs'>): void {
    const { gatewayId } = client;
    const connected = { ...client, sinceMs: this.#clock.nowMs() };
    this.#clients.set(connection, connected);
    if (gatewayId === null) return;
    const others = this.#byGateway.get(gatewayId);
    if (others === undefined) this.#byGateway.set(gatewayId, new Set([connected]));
    else others.add(connected);
    this.#ended.delete(gatewayId);
    this.#onConnected(gatewayId);
  }

  disconnected(connection: object, isOrderly: boolean): void {
    const client = this.#clients.get(connection);
    this.#clients.delete(connection);
    if (client === undefined || client.gatewayId === null) return;
    const left = this.#byGateway.get(client.gatewayId);
    left?.delete(client);
    if (left !== undefined && left.size > 0) return;
    this.#byGateway.delete(client.gatewayId);
    this.#ended.set(client.gatewayId, { atMs: this.#clock.nowMs(), isOrderly });
  }

  /** A connection was replaced by another one of the same gateway and client id, from `address`. */
  takenOver(connection: object, address: string): void {
    const client = this.#clients.get(connection);
    if (client === undefined) return;
    const nowMs = this.#clock.nowMs();
    const key = `${client.gatewayId ?? ''}/${client.clientId}`;
    const { gatewayId, clientId } = client;
    const known = this.#takeovers.get(key) ?? {
      ...{ clientId, gatewayId, addresses: [], timesMs: [], loggedMs: Number.NEGATIVE_INFINITY, isConflict: false },
    };
    known.addresses = [...new Set([...known.addresses, client.address, address])].slice(-5);
    known.timesMs = [...known.timesMs.filter((timeMs) => nowMs - timeMs < MINUTE_MS).slice(-999), nowMs];
    known.isConflict ||= known.timesMs.length >= CONFLICT_FROM_TAKEOVERS;
    this.#takeovers.delete(key);
    this.#takeovers.set(key, known);
    if (this.#takeovers.size > MAX_CONFLICTS) this.#takeovers.delete(this.#takeovers.keys().next().value as string);
    if (known.timesMs.length < CONFLICT_FROM_TAKEOVERS || nowMs - known.loggedMs < MINUTE_MS) return;
    known.loggedMs = nowMs;
    const { addresses, timesMs } = known;
    this.#log.warn(
      { clientId, gatewayId, addresses, takeovers: timesMs.length },
      'Several MQTT devices use the same client id, so that each ends the connection of the others',
    );
  }

  /** The connections of a gateway, oldest first. */
  of(gatewayId: string): ConnectedClient[] {
    return [...(this.#byGateway.get(gatewayId) ?? [])];
  }

  /** null while the gateway is connected, and where it has not been since the start of the server. */
  endOf(gatewayId: string): EndedConnection | null {
    return this.#ended.get(gatewayId) ?? null;
  }

  /** `listener` is called with each gateway that connects. A later call replaces it. */
  onConnected(listener: (gatewayId: string) => void): void {
    this.#onConnected = listener;
  }

  /** The gateway is connected to another node. */
  forgetEnd(gatewayId: string): void {
    this.#ended.delete(gatewayId);
  }

  /** Gateways that are not connected, and whose last connection ended without DISCONNECT. */
  lost(): { gatewayId: string; atMs: number }[] {
    return [...this.#ended].flatMap(([gatewayId, { atMs, isOrderly }]) => (isOrderly ? [] : [{ gatewayId, atMs }]));
  }

  connectedGateways(): string[] {
    return [...this.#byGateway.keys()];
  }

  /** The conflicts of the last ten minutes, newest first. */
  conflicts(): ClientIdConflict[] {
    const nowMs = this.#clock.nowMs();
    return [...this.#takeovers.values()]
      .reverse()
      .map(({ clientId, gatewayId, addresses, timesMs, isConflict }) => ({
        ...{ clientId, gatewayId, addresses, isConflict },
        takeovers: timesMs.filter((timeMs) => nowMs - timeMs < MINUTE_MS).length,
        newestMs: timesMs.at(-1) as number,
      }))
      .filter(({ isConflict, newestMs }) => isConflict && nowMs - newestMs < REPORTED_FOR_MS)
      .map(({ isConflict: _, ...conflict }) => conflict);
  }
}
