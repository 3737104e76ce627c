// Announces gateways whose connection ended without DISCONNECT and that have not come back for a while, and what gateways sent.

import type { Clock } from '../clock.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { GatewayConnections } from './gateway-connections.ts';
import type { GatewayService } from './gateway-service.ts';
import type { GatewayTraffic } from './gateway-traffic.ts';

/** A gateway that changes its network, or restarts its client, is back within this time. */
const GRACE_MS = 10_000;
const CHECK_EVERY_MS = 1_000;
const REPORT_EVERY_MS = 10_000;

export class GatewayOutages {
  readonly #gateways: GatewayService;
  readonly #connections: GatewayConnections;
  readonly #traffic: GatewayTraffic;
  readonly #bus: EventBus;
  readonly #timeoutOf: (machineId: string) => number;
  readonly #clock: Clock;
  readonly #announced = new Set<string>();
  #timer: NodeJS.Timeout | null = null;
  #reportedMs: number;
  #unsubscribe: () => void = () => {};

  constructor(deps: {
    gateways: GatewayService;
    gatewayConnections: GatewayConnections;
    gatewayTraffic: GatewayTraffic;
    /** How long a machine may send nothing, in ms. */
    timeoutOf: (machineId: string) => number;
    bus: EventBus;
    clock: Clock;
  }) {
    this.#gateways = deps.gateways;
    this.#connections = deps.gatewayConnections;
    this.#traffic = deps.gatewayTraffic;
    this.#timeoutOf = deps.timeoutOf;
    this.#reportedMs = deps.clock.nowMs();
    this.#bus = deps.bus;
    this.#clock = deps.clock;
  }

  start(): void {
    this.#connections.onConnected((gatewayId) => {
      this.#announced.delete(gatewayId);
      this.#bus.publish({ kind: 'gateway_online', gatewayId });
    });
    this.#unsubscribe = this.#bus.subscribe((event) => {
      // It may have connected to another node.
      if (event.kind === 'gateway_online') this.#connections.forgetEnd(event.gatewayId);
    });
    this.#timer = setInterval(() => this.check(), CHECK_EVERY_MS);
    this.#timer.unref();
  }

  /** Safe to call twice. */
  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#unsubscribe();
    this.#connections.onConnected(() => {});
  }

  /** Called each second. */
  check(): void {
    const nowMs = this.#clock.nowMs();
    if (Math.abs(nowMs - this.#reportedMs) >= REPORT_EVERY_MS) this.#report(nowMs);
    for (const { gatewayId, atMs } of this.#connections.lost()) {
      const gateway = this.#gateways.get(gatewayId);
      if (nowMs - atMs < GRACE_MS || this.#announced.has(gatewayId) || !gateway?.isActive) continue;
      this.#announced.add(gatewayId);
      // It is not connected itself.
      const connected = this.#connections.connectedGateways();
      const machineIds = this.#traffic
        .of(gatewayId)
        .machines.map(({ machineId }) => machineId)
        .filter((machineId) => !this.#isHeardOtherwise(machineId, connected, nowMs));
      const { name } = gateway;
      this.#bus.publish({ kind: 'gateway_offline', gatewayId, name, machineIds, sinceMs: atMs });
    }
  }

  /** Publishes what gateways sent since the last call. */
  #report(nowMs: number): void {
    this.#reportedMs = nowMs;
    const sent = this.#traffic.takeReport();
    if (sent.length > 0) this.#bus.publish({ kind: 'gateway_traffic', sent });
  }

  /** A connected gateway sends for the machine, or its readings come over HTTP, where there is no connection that could end. */
  #isHeardOtherwise(machineId: string, connected: readonly string[], nowMs: number): boolean {
    if (connected.some((other) => this.#traffic.feeds(other, machineId))) return true;
    const overHttpMs = this.#traffic.newestOverHttp(machineId);
    return overHttpMs !== null && nowMs - overHttpMs < this.#timeoutOf(machineId);
  }
}
