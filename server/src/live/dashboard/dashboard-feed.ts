// Distributes events to the lanes of all dashboards, and sends the lanes at each tick.

import type { AlertService } from '../../alerts/alert-service.ts';
import type { AlertRecord } from '../../alerts/store/alert-repository.ts';
import type { MachineScope } from '../../machines/machine-scope.ts';
import type { VisibleMachines } from '../../machines/visible-machines.ts';
import type { ReadingBatch } from '../../readings/reading-batch.ts';
import type { ShownMetrics } from '../../readings/shown-metrics.ts';
import type { LiveClient } from '../live-client.ts';
import type { AcceptedView } from './accept-view.ts';
import { packAlerts } from './alert-lane.ts';
import { OverviewBoard } from './overview-board.ts';
import { ViewSession } from './view-session.ts';

export class DashboardFeed {
  readonly #deps: { machines: VisibleMachines; alerts: AlertService; metrics: ShownMetrics; scope: MachineScope };
  readonly #board: OverviewBoard;
  readonly #sessions = new Set<ViewSession>();
  /** The sessions that show a machine in detail, by machine. */
  readonly #detailSessions = new Map<string, Set<ViewSession>>();
  #tick = 0;

  constructor(deps: {
    machines: VisibleMachines;
    alerts: AlertService;
    metrics: ShownMetrics;
    scope: MachineScope;
  }) {
    this.#deps = deps;
    this.#board = new OverviewBoard(deps);
  }

  open(client: LiveClient): ViewSession {
    const session = new ViewSession(client, { ...this.#deps, board: this.#board });
    this.#sessions.add(session);
    return session;
  }

  show(session: ViewSession, view: AcceptedView): void {
    this.#removeDetail(session);
    session.show(view);
    for (const machineId of view.detail) {
      const sessions = this.#detailSessions.get(machineId);
      if (sessions === undefined) this.#detailSessions.set(machineId, new Set([session]));
      else sessions.add(session);
    }
  }

  close(session: ViewSession): void {
    this.#removeDetail(session);
    this.#sessions.delete(session);
  }

  publishReadings(readings: ReadingBatch): void {
    if (this.#sessions.size === 0) return;
    this.#board.noteReadings(readings);
    if (this.#detailSessions.size === 0) return;
    for (let row = 0; row < readings.length; row++) {
      const machineId = readings.machineIds[row] as string;
      for (const session of this.#detailSessions.get(machineId) ?? []) session.detail.add(machineId, readings, row);
    }
  }

  publishAlerts(alerts: readonly AlertRecord[]): void {
    if (this.#sessions.size === 0 || alerts.length === 0) return;
    this.#board.noteStatus(alerts.flatMap((alert) => alert.machineIds));
    const packet = packAlerts(alerts, true, this.#deps.machines);
    for (const session of this.#sessions) {
      if (session.client.mayReadAlerts && !session.alerts.send(alerts, packet)) session.client.sendBuffer.terminate();
    }
  }

  publishStatuses(machineIds: readonly string[]): void {
    if (this.#sessions.size > 0) this.#board.noteStatus(machineIds);
  }

  forgetMachine(machineId: string): void {
    this.#board.forget(machineId);
  }

  onTick(): void {
    if (this.#sessions.size === 0) return;
    this.#tick++;
    const version = this.#board.advance();
    for (const session of this.#sessions) {
      if (!session.onTick(this.#tick, version)) session.client.sendBuffer.terminate();
    }
  }

  stop(): void {
    this.#sessions.clear();
    this.#detailSessions.clear();
  }

  #removeDetail(session: ViewSession): void {
    for (const machineId of session.detail.machineIds) {
      const sessions = this.#detailSessions.get(machineId);
      sessions?.delete(session);
      if (sessions?.size === 0) this.#detailSessions.delete(machineId);
    }
  }
}
