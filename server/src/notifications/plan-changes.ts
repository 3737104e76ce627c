// Decides who is told of the changes in the outbox: a raise or an escalation begins the chains of its routes, an acknowledgement
// ends them, and who was told hears of it.

import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { startedRun, stoppedRun } from './chains/chain.ts';
import type { RunSteps } from './chains/run-steps.ts';
import { type AlertChange, contactKey, type NewItem, type Recipient } from './notification-types.ts';
import type { DutyPlan, People } from './people.ts';
import { followUpItems } from './plan-items.ts';
import { routesFor } from './routes/match-routes.ts';
import type { Outbox } from './store/outbox.ts';
import type { RouteRepository, StoredRoute } from './store/route-repository.ts';
import type { Run, Runs } from './store/runs.ts';

const CHANGES_PER_BATCH = 100;

export interface PlannerDeps {
  outbox: Outbox;
  runs: Runs;
  routes: Pick<RouteRepository, 'all'>;
  steps: RunSteps;
  people: Pick<People, 'person' | 'quietUntil'>;
  duty: Pick<DutyPlan, 'shiftAt' | 'isHoliday'>;
  sensorTypeOf: (machineId: string) => string | null;
  /** Whether a channel is there and switched on. */
  hasChannel: (id: string) => boolean;
  clock: Clock;
}

export class ChangePlanner {
  readonly #deps: PlannerDeps;

  constructor(deps: PlannerDeps) {
    this.#deps = deps;
  }

  /**
   * Decides about everything in the outbox.
   *
   * @param isStopped asked between batches
   * @returns the alerts about which it was decided
   */
  async plan(isStopped: () => boolean): Promise<string[]> {
    const { outbox, routes } = this.#deps;
    const planned: string[] = [];
    for (;;) {
      const changes = await outbox.changes(CHANGES_PER_BATCH);
      if (changes.length === 0 || isStopped()) return planned;
      await this.#planBatch(changes, await routes.all());
      planned.push(...changes.map(({ alertId }) => alertId));
      if (changes.length < CHANGES_PER_BATCH) return planned;
    }
  }

  async #planBatch(changes: readonly (AlertChange & { id: string })[], routes: readonly StoredRoute[]): Promise<void> {
    const { outbox, runs, clock } = this.#deps;
    const nowMs = clock.nowMs();
    const alertIds = [...new Set(changes.map(({ alertId }) => alertId))];
    const told = await outbox.told(alertIds);
    const open = new Map<string, Run[]>();
    for (const run of await runs.open(alertIds)) open.set(run.alertId, [...(open.get(run.alertId) ?? []), run]);
    const begun = new Map<string, Run>();
    const ended = new Map<string, Run>();
    const items: NewItem[] = [];
    const stop = (alertId: string, reason: Parameters<typeof stoppedRun>[1]) => {
      const still: Run[] = [];
      for (const run of open.get(alertId) ?? []) {
        const stopped = { ...run, ...stoppedRun(run, reason) };
        if (stopped.state === run.state) still.push(run);
        else (begun.has(run.id) ? begun : ended).set(run.id, { ...stopped, endedAtMs: nowMs });
      }
      open.set(alertId, still);
    };

    for (const change of changes) {
      const { alertId, kind } = change;
      if (kind === 'raised' || kind === 'escalated') {
        stop(alertId, 'silenced');
        const { started, said } = this.#begin(change, kind, routes, nowMs);
        for (const run of started) begun.set(run.id, run);
        open.set(alertId, started);
        items.push(...said);
        told.set(alertId, withTold(told.get(alertId) ?? [], said));
      } else {
        stop(alertId, kind);
        items.push(...this.#followUps(change, told.get(alertId) ?? [], nowMs));
      }
    }
    await outbox.plan(changes, { begun: [...begun.values()], ended: [...ended.values()], items });
  }

  /** The chains of the routes that take the alert, each with the steps that are due at once. */
  #begin(change: AlertChange, kind: Run['kind'], routes: readonly StoredRoute[], nowMs: number) {
    const { duty, sensorTypeOf, steps } = this.#deps;
    const { alertId, event } = change;
    const taken = routesFor(routes, {
      location: event.location,
      machineIds: event.machine_ids,
      sensorTypes: event.machine_ids.flatMap((id) => sensorTypeOf(id) ?? []),
      metric: event.metric,
      severity: event.severity,
      condition: event.condition,
      shift: duty.shiftAt(nowMs)?.name ?? null,
      isHoliday: duty.isHoliday(nowMs),
    });
    const started: Run[] = [];
    const said: NewItem[] = [];
    const told = new Set<string>();
    for (const { id, name, chain, is_default: isDefault } of taken) {
      // A plant that has set up nothing promises nothing.
      if (isDefault && !steps.promises(chain)) continue;
      const run: Run = {
        ...startedRun(chain, event.severity, nowMs),
        ...{ id: randomUUID(), alertId, seq: event.seq, route: { id, name }, kind, event },
        ...{ gaps: [], startedAtMs: nowMs, endedAtMs: null },
      };
      const { to, items } = steps.do(run, told, nowMs);
      started.push(to);
      said.push(...items);
    }
    return { started, said };
  }

  #followUps(change: AlertChange, told: readonly Recipient[], nowMs: number): NewItem[] {
    const { people, hasChannel } = this.#deps;
    return followUpItems(
      change,
      told.filter(({ channel }) => hasChannel(channel)),
      (person) => people.person(person)?.name ?? null,
      (person) => (change.event.severity === 'critical' ? null : people.quietUntil(person, nowMs)),
      nowMs,
    );
  }
}

function withTold(before: readonly Recipient[], said: readonly Recipient[]): Recipient[] {
  const whoIs = (each: Recipient) => each.person ?? contactKey(each);
  const recipients = said.map(({ person, channel, contact }) => ({ person, channel, contact }));
  return [...new Map([...before, ...recipients].map((each) => [whoIs(each), each])).values()];
}
