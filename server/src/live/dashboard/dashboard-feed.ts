// The dashboard contract's fan-out: from the bus into the lanes of every dashboard, and out with each tick.

import type { AlertService } from '../../alerts/alert-service.ts';
import type { AlertRecord } from '../../alerts/store/alert-repository.ts';
import type { MachineService } from '../../machines/machine-service.ts';
import type { ReadingColumns } from '../../readings/reading-columns.ts';
import type { LiveClient } from '../live-client.ts';
import type { AcceptedView } from './accept-view.ts';
import { packAlerts } from './alert-lane.ts';
import { OverviewBoard } from './overview-board.ts';
import { ViewSession } from './view-session.ts';

export class DashboardFeed {
  readonly #machines: MachineService;
  readonly #alerts: AlertService;
  readonly #board: OverviewBoard;
  readonly #sessions = new Set<ViewSession>();
  /** Who shows a machine in detail. */
  readonly #watchers = new Map<string, Set<ViewSession>>();
  #tick = 0;

  constructor(machines: MachineService, alerts: AlertService) {
    this.#machines = machines;
    this.#alerts = alerts;
    this.#board = new OverviewBoard(machines, alerts);
  }

  open(client: LiveClient): ViewSession {
    const session = new ViewSession(client, { machines: this.#machines, alerts: this.#alerts, board: this.#board });
    this.#sessions.add(session);
    return session;
  }

  show(session: ViewSession, view: AcceptedView): void {
    this.#unwatch(session);
    session.show(view);
    for (const machineId of view.detail) {
      const watchers = this.#watchers.get(machineId);
      if (watchers === undefined) this.#watchers.set(machineId, new Set([session]));
      else watchers.add(session);
    }
  }

  close(session: ViewSession): void {
    this.#unwatch(session);
    this.#sessions.delete(session);
  }

  readings(readings: ReadingColumns): void {
    if (this.#sessions.size === 0) return;
    this.#board.noteReadings(readings);
    if (this.#watchers.size === 0) return;
    for (let row = 0; row < readings.length; row++) {
      const machineId = readings.machineIds[row] as string;
      for (const session of this.#watchers.get(machineId) ?? []) session.detail.add(machineId, readings, row);
    }
  }

  alerts(alerts: readonly AlertRecord[]): void {
    if (this.#sessions.size === 0 || alerts.length === 0) return;
    this.#board.noteStatus(alerts.flatMap((alert) => alert.machineIds));
    const packet = packAlerts(alerts, true, this.#machines);
    for (const session of this.#sessions) {
      if (session.client.mayReadAlerts && !session.alerts.changed(alerts, packet)) session.client.outflow.terminate();
    }
  }

  statuses(machineIds: readonly string[]): void {
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
      if (!session.onTick(this.#tick, version)) session.client.outflow.terminate();
    }
  }

  stop(): void {
    this.#sessions.clear();
    this.#watchers.clear();
  }

  #unwatch(session: ViewSession): void {
    for (const machineId of session.detail.machineIds) {
      const watchers = this.#watchers.get(machineId);
      watchers?.delete(session);
      if (watchers?.size === 0) this.#watchers.delete(machineId);
    }
  }
}
