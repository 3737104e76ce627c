// Alerts: the service that evaluates stored readings, and the election of the one node that does so.

import { AlertService, type AlertServiceDeps } from '../alerts/alert-service.ts';
import { BacktestService, type BacktestServiceDeps } from '../alerts/backtest/backtest-service.ts';
import { RulesInForce } from '../alerts/backtest/rules-in-force.ts';
import type { ConditionService } from '../alerts/conditions/condition-service.ts';
import { BadActorReports } from '../alerts/improvement/bad-actors.ts';
import { ImprovementRepository } from '../alerts/improvement/improvement-repository.ts';
import { Improvements } from '../alerts/improvement/improvements.ts';
import { SqlAlertRepository } from '../alerts/store/sql-alert-repository.ts';
import { LeaderDuties } from '../cluster/leader-duties.ts';
import type { Cluster } from '../cluster/open-cluster.ts';
import type { Database } from '../database/database.ts';
import type { SettingsService } from '../settings/settings-service.ts';
import type { Lifecycle } from './lifecycle.ts';

/** Nodes take different times to store what one machine sent at one moment. */
const REORDER_MS = 250;

/** Loads the open alerts. Nothing is evaluated before this node is the leader. */
export async function startAlerts(
  deps: Omit<AlertServiceDeps, 'repository' | 'requestChannel' | 'reorderMs'> & {
    database: Database;
    /** Stands in for the SQL repository in tests. */
    repository?: AlertServiceDeps['repository'];
    cluster: Pick<Cluster, 'isShared' | 'redis'>;
  },
  lifecycle: Lifecycle,
): Promise<AlertService> {
  const { database, cluster } = deps;
  const alerts = new AlertService({
    repository: new SqlAlertRepository(database),
    ...deps,
    requestChannel: cluster.redis,
    reorderMs: cluster.isShared ? REORDER_MS : 0,
  });
  await lifecycle.service(alerts).start();
  return alerts;
}

/** What is computed from stored readings is an edge: a stop cancels it first. */
export function startImprovement(
  deps: Omit<BacktestServiceDeps, 'repository' | 'requestChannel' | 'rules'> & {
    settings: SettingsService;
    conditions: ConditionService;
    database: Database;
    cluster: Pick<Cluster, 'redis'>;
  },
  lifecycle: Lifecycle,
) {
  const { database, cluster } = deps;
  const repository = new SqlAlertRepository(database);
  const rules = new RulesInForce(deps);
  const improvements = new Improvements({ ...deps, repository: new ImprovementRepository(database) });
  return {
    backtests: lifecycle.edge(new BacktestService({ ...deps, rules, repository, requestChannel: cluster.redis })),
    badActors: lifecycle.edge(new BadActorReports({ ...deps, rules, repository, improvements })),
    improvements,
  };
}

/** A server that runs alone is always the leader. Of several nodes, the leader also runs the jobs. */
export async function startLeadership(
  deps: {
    cluster: Pick<Cluster, 'isShared' | 'leadership'>;
    alerts: AlertService;
    /** What only the leader does besides, and what a server that runs alone starts by itself. */
    jobs: readonly { start(): void; stop(): Promise<void> }[];
  },
  lifecycle: Lifecycle,
): Promise<void> {
  const { cluster, alerts, jobs } = deps;
  const duty = cluster.isShared ? new LeaderDuties(alerts.leader, jobs) : alerts.leader;
  await lifecycle.service(cluster.leadership).start(duty);
}
