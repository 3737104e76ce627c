// What the clients of one scope receive. Everything is encoded once for all of them, however many there are.

import { visibleAlert } from '../alerts/alert-scope.ts';
import type { AlertService } from '../alerts/alert-service.ts';
import type { AlertRecord } from '../alerts/store/alert-repository.ts';
import { isInScope, type MachineScope } from '../machines/machine-scope.ts';
import type { MachineService } from '../machines/machine-service.ts';
import { machinesIn, type VisibleMachines } from '../machines/visible-machines.ts';
import { BatchBuilder, copyReadingsOf, type ReadingBatch } from '../readings/reading-batch.ts';
import type { ShownMetrics } from '../readings/shown-metrics.ts';
import { DashboardFeed } from './dashboard/dashboard-feed.ts';
import { PublicFeed } from './public/public-feed.ts';

export type MachineChange = 'created' | 'updated' | 'deleted';

export class ScopedFeeds {
  readonly scope: MachineScope;
  readonly machines: VisibleMachines;
  readonly publicFeed: PublicFeed;
  readonly dashboards: DashboardFeed;
  readonly #all: MachineService;
  /** The ids of the machines that the clients know of; null if these are all. */
  readonly #known: Set<string> | null;

  constructor(deps: { machines: MachineService; alerts: AlertService; metrics: ShownMetrics }, scope: MachineScope) {
    this.scope = scope;
    this.#all = deps.machines;
    this.machines = machinesIn(deps.machines, scope);
    this.#known = scope === null ? null : new Set(Array.from(this.machines.entries(), ({ record }) => record.id));
    this.publicFeed = new PublicFeed(this.machines, deps.metrics);
    this.dashboards = new DashboardFeed({ ...deps, machines: this.machines, scope });
  }

  publishReadings(readings: ReadingBatch): void {
    const seen = this.#readingsOf(readings);
    if (seen.length === 0) return;
    this.publicFeed.publishReadings(seen);
    this.dashboards.publishReadings(seen);
  }

  publishAlerts(alerts: readonly AlertRecord[], after: number): void {
    const seen =
      this.scope === null ? alerts : alerts.flatMap((alert) => visibleAlert(alert, this.#all, this.scope) ?? []);
    if (seen.length === 0) return;
    this.publicFeed.publishAlerts(seen, after);
    this.dashboards.publishAlerts(seen);
  }

  /** @returns what the change of a machine is for these clients; null if they may not know of it */
  machineChanged(machineId: string, change: MachineChange): MachineChange | null {
    const seen = this.#changeSeen(machineId, change);
    if (seen === 'deleted') {
      this.publicFeed.forgetMachine(machineId);
      this.dashboards.forgetMachine(machineId);
    } else if (seen !== null) {
      this.dashboards.publishStatuses([machineId]);
    }
    return seen;
  }

  sees(machineId: string): boolean {
    return this.#known === null || this.#known.has(machineId);
  }

  onTick(): void {
    this.publicFeed.onTick();
    this.dashboards.onTick();
  }

  stop(): void {
    this.publicFeed.stop();
    this.dashboards.stop();
  }

  /** A machine that is given to another factory is a deleted one for its former factory, and a new one for the other. */
  #changeSeen(machineId: string, change: MachineChange): MachineChange | null {
    const known = this.#known;
    if (known === null) return change;
    const before = known.has(machineId);
    const record = change === 'deleted' ? undefined : this.#all.get(machineId)?.record;
    const after = record !== undefined && isInScope(this.scope, record);
    if (after) known.add(machineId);
    else known.delete(machineId);
    if (before) return after ? change : 'deleted';
    return after ? 'created' : null;
  }

  #readingsOf(readings: ReadingBatch): ReadingBatch {
    if (this.#known === null) return readings;
    const known = this.#known;
    if (readings.machineIds.every((id) => known.has(id))) return readings;
    const seen = new BatchBuilder();
    copyReadingsOf(readings, seen, (id) => known.has(id));
    return seen.finish();
  }
}
