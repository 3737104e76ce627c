// Raises and clears the alert about a gateway of which most is refused, counted over all nodes.

import { randomUUID } from 'node:crypto';
import { suppressionBy } from '@gonsters/contract';
import type { SentByGateway } from '../../gateways/gateway-events.ts';
import type { GatewayService } from '../../gateways/gateway-service.ts';
import { SlidingCount } from '../../gateways/sliding-count.ts';
import type { MachineService } from '../../machines/machine-service.ts';
import {
  clearedAlert,
  isActive,
  type Raise,
  raisedAlert,
  refusalKey,
  returnedAlert,
} from '../rules/alert-lifecycle.ts';
import { refusalMessage } from '../rules/alert-message.ts';
import { MOST_SHARE, type RefusalState, stepRefusals } from '../rules/refusal-state.ts';
import type { AlertChanges } from './alert-changes.ts';

/** The share is that of the last minute. */
const SLOT_MS = 10_000;
const SLOTS = 6;
/** A gateway that sends nothing for this long sends nothing that is refused. */
const SILENT_MS = 3_600_000;

class Watched {
  readonly messages = new SlidingCount(SLOT_MS, SLOTS);
  readonly refused = new SlidingCount(SLOT_MS, SLOTS);
  state: RefusalState;
  heardMs: number;
  why: string | null = null;
  machineIds: readonly string[] = [];

  constructor(isActive: boolean, nowMs: number) {
    this.state = { isActive, changingSinceMs: null };
    this.heardMs = nowMs;
  }
}

export class RefusalAlerts {
  readonly #changes: AlertChanges;
  readonly #gateways: Pick<GatewayService, 'get'>;
  readonly #machines: Pick<MachineService, 'get'>;
  /** Gateways of which something was refused in the last hour, or that have an alert. */
  readonly #watched = new Map<string, Watched>();

  constructor(deps: {
    changes: AlertChanges;
    gateways: Pick<GatewayService, 'get'>;
    machines: Pick<MachineService, 'get'>;
  }) {
    this.#changes = deps.changes;
    this.#gateways = deps.gateways;
    this.#machines = deps.machines;
  }

  /** Continues with the alerts from before the restart. */
  resume(nowMs: number): void {
    for (const alert of this.#changes.open.all()) {
      if (alert.metric !== 'gateway' || !isActive(alert)) continue;
      const watched = new Watched(true, nowMs);
      watched.machineIds = alert.machineIds;
      this.#watched.set(alert.gatewayId as string, watched);
    }
  }

  /** What one node received. */
  count(sent: readonly SentByGateway[], nowMs: number): void {
    for (const { gatewayId, messages, refused, why, machineIds } of sent) {
      let watched = this.#watched.get(gatewayId);
      if (watched === undefined) {
        if (refused === 0) continue;
        watched = new Watched(false, nowMs);
        this.#watched.set(gatewayId, watched);
      }
      watched.messages.add(messages, nowMs);
      watched.refused.add(refused, nowMs);
      watched.heardMs = nowMs;
      if (refused > 0) {
        watched.why = why;
        watched.machineIds = machineIds;
      }
      this.#judge(gatewayId, watched, nowMs);
    }
  }

  /** Called each second. */
  check(nowMs: number): void {
    for (const [gatewayId, watched] of this.#watched) this.#judge(gatewayId, watched, nowMs);
  }

  #judge(gatewayId: string, watched: Watched, nowMs: number): void {
    const gateway = this.#gateways.get(gatewayId);
    // The clock may have been set back.
    watched.heardMs = Math.min(watched.heardMs, nowMs);
    if (gateway?.isActive !== true || nowMs - watched.heardMs > SILENT_MS || this.#isOutOfOperation(watched)) {
      this.#clear(gatewayId, nowMs);
      this.#watched.delete(gatewayId);
      return;
    }
    const messages = watched.messages.total(nowMs);
    // A gateway that sends seldom is judged when it sends.
    if (messages === 0) return;
    const share = Math.min(1, watched.refused.total(nowMs) / messages);
    const { isActive: wasActive } = watched.state;
    watched.state = stepRefusals(watched.state, share, nowMs);
    if (watched.state.isActive === wasActive) return;
    if (wasActive) this.#clear(gatewayId, nowMs);
    else this.#raise({ id: gatewayId, name: gateway.name }, watched, share, nowMs);
  }

  /** All its machines are in maintenance or inactive. */
  #isOutOfOperation({ machineIds }: Watched): boolean {
    const known = machineIds.flatMap((id) => this.#machines.get(id)?.record ?? []);
    return known.length > 0 && known.every(({ status }) => suppressionBy(status) !== null);
  }

  #raise(gateway: { id: string; name: string }, watched: Watched, share: number, nowMs: number): void {
    const percent = Math.round(share * 100);
    const { why, machineIds } = watched;
    const raise = {
      id: randomUUID(),
      machineId: null,
      machineIds: [...machineIds],
      machineName: gateway.name,
      location:
        machineIds.map((id) => this.#machines.get(id)?.record.location).find((place) => place !== undefined) ?? '',
      gatewayId: gateway.id,
      metric: 'gateway',
      limitKind: 'stale',
      severity: 'warning',
      message: refusalMessage(gateway.name, percent, why),
      threshold: MOST_SHARE * 100,
      value: percent,
      peakValue: null,
      readingCount: 0,
      clearsAt: MOST_SHARE * 100,
      atMs: nowMs,
    } satisfies Raise;
    const current = this.#changes.open.byKey(refusalKey(gateway.id));
    this.#changes.change(
      current === undefined
        ? this.#changes.withShelf(raisedAlert(raise, false))
        : { ...returnedAlert(current, raise, false), machineIds: raise.machineIds, machineName: raise.machineName },
      'raised',
    );
  }

  #clear(gatewayId: string, nowMs: number): void {
    const alert = this.#changes.open.byKey(refusalKey(gatewayId));
    if (alert !== undefined && isActive(alert)) this.#changes.change(clearedAlert(alert, nowMs), 'cleared');
  }
}
