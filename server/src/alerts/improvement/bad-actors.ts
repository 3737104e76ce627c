// The conditions that ring most, with what would quieten them. Suggestions are computed one after another and kept for an hour.

import { type BadActor, type BadActors, isoTime, type LimitKind } from '@gonsters/contract';
import type { Clock, MonotonicClock } from '../../clock.ts';
import type { Logger } from '../../log.ts';
import type { MachineScope } from '../../machines/machine-scope.ts';
import type { MachineService } from '../../machines/machine-service.ts';
import { metricIndexOf } from '../../metric-index.ts';
import type { ReadingStore } from '../../readings/reading-store.ts';
import type { RulesInForce } from '../backtest/rules-in-force.ts';
import { sideOf } from '../rules/alert-lifecycle.ts';
import type { AlertRepository } from '../store/alert-repository.ts';
import { type Actor, countActors } from './actor-counts.ts';
import type { Improvement } from './improvement-repository.ts';
import type { Improvements } from './improvements.ts';
import { noSuggestion, noSuggestionText } from './no-suggestion.ts';
import { type Suggested, suggest } from './suggest.ts';

const MOST = 20;
const KEPT_MS = 3_600_000;
const MAX_KEPT = 400;
/** Suggestions are computed from at most this much of the end of the range. */
const MAX_HISTORY_MS = 30 * 86_400_000;
/** A list whose suggestions are quickly computed is answered with them. */
const ANSWER_WITHIN_MS = 1000;
const HOUR_MS = 3_600_000;

interface Kept {
  readonly atMs: number;
  suggested: Suggested | null;
  readonly done: Promise<void>;
}

export interface BadActorsDeps {
  readings: ReadingStore;
  machines: MachineService;
  repository: Pick<AlertRepository, 'annunciations'>;
  rules: RulesInForce;
  improvements: Pick<Improvements, 'inForce'>;
  clock: Clock;
  monotonic: MonotonicClock;
  log: Logger;
}

export class BadActorReports {
  readonly #deps: BadActorsDeps;
  /** By what they depend on, the oldest first. */
  readonly #kept = new Map<string, Kept>();
  readonly #cancellation = new AbortController();
  #last: Promise<void> = Promise.resolve();

  constructor(deps: BadActorsDeps) {
    this.#deps = deps;
  }

  /** Those of [fromMs, toMs), with the suggestions that are there after a moment. */
  async report(fromMs: number, toMs: number, scope: MachineScope): Promise<BadActors> {
    const { repository, improvements, machines } = this.#deps;
    const { total, worst } = await countActors(repository.annunciations(fromMs, toMs, scope), MOST);
    const asked = worst.map((actor) => this.#suggestionFor(actor, fromMs, toMs));
    await within(
      ANSWER_WITHIN_MS,
      asked.map((each) => ('done' in each ? each.done : undefined)),
    );
    const ids = worst.flatMap(({ machineId }) => machineId ?? []);
    const applied = await improvements.inForce([...new Set(ids)]);
    const suggested = asked.map((each) => ('done' in each ? each.suggested : each));
    const missing = suggested.filter((each) => each === null).length;
    const actors = worst.map((actor, i): BadActor => {
      const { suggestion, reason } = suggested[i] ?? noSuggestion('computing');
      const record = actor.machineId === null ? undefined : machines.get(actor.machineId)?.record;
      return {
        machine_id: actor.machineId,
        machine_name: record?.name ?? actor.machineName,
        location: record?.location ?? actor.location,
        metric: actor.metric,
        condition: actor.condition,
        limit_kind: actor.limitKind,
        count: actor.count,
        share: actor.count / total,
        chatter_index: actor.chatterIndex,
        mean_active_seconds: actor.meanActiveMs === null ? null : actor.meanActiveMs / 1000,
        suggestion,
        reason: reason && noSuggestionText(reason),
        reason_code: reason,
        applied: appliedTo(actor, applied),
      };
    });
    return {
      status: 'success',
      from: isoTime(fromMs),
      to: isoTime(toMs),
      total,
      computing: missing === 0 ? null : (suggested.length - missing) / suggested.length,
      actors,
    };
  }

  /** Cancels what is being computed. */
  async stop(): Promise<void> {
    this.#cancellation.abort();
    await this.#last;
  }

  #suggestionFor(actor: Actor, fromMs: number, toMs: number): Kept | Suggested {
    const { machines, rules, clock } = this.#deps;
    const { machineId, metric, condition, limitKind } = actor;
    if (condition !== 'level' || limitKind === 'stale') return noSuggestion('not_a_limit');
    if (machineId === null || machines.get(machineId) === undefined) return noSuggestion('no_machine');
    // Whole hours, so that a list that is asked for again is not computed again.
    const endMs = Math.ceil(toMs / HOUR_MS) * HOUR_MS;
    const beginMs = Math.max(Math.floor(fromMs / HOUR_MS) * HOUR_MS, endMs - MAX_HISTORY_MS);
    const inForce = rules.of(machineId, metric);
    const respondMs = rules.respondMs(machineId, metric);
    const side = sideOf(limitKind);
    const key = JSON.stringify([machineId, metric, side, beginMs, endMs, inForce, respondMs]);
    const known = this.#kept.get(key);
    if (known !== undefined && clock.nowMs() - known.atMs < KEPT_MS) return known;
    const input = { machineId, metric: metricIndexOf(metric), kind: limitKind, fromMs: beginMs, toMs: endMs };
    return this.#compute(key, { ...input, inForce, respondMs });
  }

  #compute(key: string, input: Parameters<typeof suggest>[0]): Kept {
    const { readings, monotonic, clock, log } = this.#deps;
    const { signal } = this.#cancellation;
    const done = this.#last.then(async () => {
      if (signal.aborted) return;
      try {
        kept.suggested = await suggest(input, { readings, monotonic, signal });
      } catch (error) {
        if (!signal.aborted) log.warn({ err: error }, 'A suggestion could not be computed');
        kept.suggested = noSuggestion('failed');
      }
    });
    this.#last = done;
    const kept: Kept = { atMs: clock.nowMs(), suggested: null, done };
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    this.#forgetOld();
    return kept;
  }

  #forgetOld(): void {
    const nowMs = this.#deps.clock.nowMs();
    for (const [key, { atMs }] of this.#kept) {
      if (this.#kept.size <= MAX_KEPT && nowMs - atMs < KEPT_MS) return;
      this.#kept.delete(key);
    }
  }
}

function appliedTo({ machineId, metric, limitKind }: Actor, improvements: readonly Improvement[]): BadActor['applied'] {
  const side = sideOf(limitKind as LimitKind);
  const found = improvements.find(
    (each) => each.machineId === machineId && each.metric === metric && sideOf(each.limitKind) === side,
  );
  return found === undefined
    ? null
    : { id: found.id, at: isoTime(found.appliedAtMs), by: found.appliedBy, changes: found.changes };
}

/** Resolves when all are there, at the latest after `ms`. */
async function within(ms: number, all: readonly (Promise<void> | undefined)[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([Promise.all(all), late]);
  clearTimeout(timer);
}
