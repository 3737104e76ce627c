// Writes into alerts whether people were told of them, so that every client hears of it.

import type { AlertService } from '../../alerts/alert-service.ts';
import type { ToldRecord } from '../../alerts/store/alert-repository.ts';
import type { Run, RunItem, Runs } from '../store/runs.ts';
import { isComplete } from './chain.ts';

const ALERTS_PER_BATCH = 100;

/**
 * What the chains of the newest raise say. Pure.
 *
 * @param items what these runs have said
 */
function toldOf(runs: readonly Run[], items: readonly RunItem[]): ToldRecord | null {
  if (runs.length === 0) return null;
  const accepted = items.filter((item) => item.isAccepted);
  const people = new Set(accepted.map(({ who }) => who)).size;
  const running = runs.filter(({ state }) => state === 'running');
  const dueTimes = running.flatMap((run) => (isComplete(run) || run.dueAtMs === null ? [] : [run.dueAtMs]));
  const state =
    people > 0
      ? 'told'
      : running.length > 0
        ? 'waiting'
        : runs.some((run) => run.state === 'nobody')
          ? 'nobody'
          : items.some((item) => item.isOpen)
            ? 'waiting'
            : 'none';
  return {
    state,
    people,
    lastAtMs: accepted.length === 0 ? null : Math.max(...accepted.map(({ sentAtMs }) => sentAtMs ?? 0)),
    nextAtMs: dueTimes.length === 0 ? null : Math.min(...dueTimes),
  };
}

export class ToldAlerts {
  readonly #runs: Pick<Runs, 'newest' | 'items'>;
  readonly #alerts: Pick<AlertService, 'noteTold'>;

  constructor(deps: { runs: Pick<Runs, 'newest' | 'items'>; alerts: Pick<AlertService, 'noteTold'> }) {
    this.#runs = deps.runs;
    this.#alerts = deps.alerts;
  }

  /** Updates these alerts where something has changed. */
  async note(alertIds: readonly string[]): Promise<void> {
    for (let at = 0; at < alertIds.length; at += ALERTS_PER_BATCH) {
      const runs = await this.#runs.newest(alertIds.slice(at, at + ALERTS_PER_BATCH));
      const items = new Map<string, RunItem[]>();
      for (const item of await this.#runs.items(runs.map(({ id }) => id))) {
        items.set(item.runId, [...(items.get(item.runId) ?? []), item]);
      }
      const byAlert = new Map<string, Run[]>();
      for (const run of runs) byAlert.set(run.alertId, [...(byAlert.get(run.alertId) ?? []), run]);
      for (const [alertId, ofAlert] of byAlert) {
        await this.#alerts.noteTold(
          alertId,
          toldOf(
            ofAlert,
            ofAlert.flatMap(({ id }) => items.get(id) ?? []),
          ),
        );
      }
    }
  }
}
