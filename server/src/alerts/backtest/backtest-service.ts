// Back-tests, as the routes use them. On several nodes, the one that has a job answers for it.

import {
  type BacktestReply,
  type BacktestRequest,
  type BacktestResult,
  isoTime,
  MAX_BACKTEST_RAISES,
} from '@gonsters/contract';
import type { Clock, MonotonicClock } from '../../clock.ts';
import { AppError, isAppError } from '../../errors.ts';
import type { RequestChannel } from '../../events/request-channel.ts';
import type { Logger } from '../../log.ts';
import type { AlertCatalogue } from '../../machines/alert-catalogue.ts';
import type { MachineScope } from '../../machines/machine-scope.ts';
import type { MachineService } from '../../machines/machine-service.ts';
import { bucketGrid } from '../../readings/bucket-grid.ts';
import type { ReadingStore } from '../../readings/reading-store.ts';
import type { AlertRepository } from '../store/alert-repository.ts';
import { planBacktest } from './backtest-plan.ts';
import { backtestResult } from './backtest-result.ts';
import { JobQueue, type JobView } from './job-queue.ts';
import type { RulesInForce } from './rules-in-force.ts';
import { type BacktestPlan, runBacktest } from './run-backtest.ts';

/** A short back-test is answered at once; the reply to a longer one names the job. */
const ANSWER_WITHIN_MS = 1500;
const OTHER_NODE_WITHIN_MS = 500;
const TOPIC = 'backtest';
/** About as much as one raise of a result takes in memory. */
const BYTES_PER_RAISE = 600;
const BYTES_PER_TIME = 60;
const HOUR_MS = 3_600_000;

export interface BacktestServiceDeps {
  readings: ReadingStore;
  machines: MachineService;
  rules: RulesInForce;
  catalogue: AlertCatalogue;
  repository: Pick<AlertRepository, 'annunciations'>;
  /** To the other nodes; null where there are none. */
  requestChannel: RequestChannel | null;
  clock: Clock;
  monotonic: MonotonicClock;
  log: Logger;
}

type View = JobView<BacktestResult>;
interface Question {
  action: 'view' | 'cancel';
  id: string;
  owner: string;
}

export class BacktestService {
  readonly #deps: BacktestServiceDeps;
  readonly #jobs: JobQueue<BacktestResult>;

  constructor(deps: BacktestServiceDeps) {
    this.#deps = deps;
    const sizeOf = ({ raises, happened }: BacktestResult) =>
      raises.length * BYTES_PER_RAISE + happened.at.length * BYTES_PER_TIME;
    this.#jobs = new JobQueue({ ...deps, sizeOf });
    deps.requestChannel?.onRequest(async (question) => this.#answer(question as Question), TOPIC);
  }

  /**
   * Begins a back-test and waits a moment for its result. Throws `validation_failed`, `not_found` for a machine that the user may
   * not see, `rate_limited`.
   *
   * @param owner id of the user
   */
  async start(request: BacktestRequest, owner: string, scope: MachineScope): Promise<View> {
    const plan = planBacktest(request, scope, { ...this.#deps, maxRaises: MAX_BACKTEST_RAISES });
    const id = this.#jobs.submit(owner, (signal, onProgress) =>
      this.#run(request.metric, plan, scope, signal, onProgress),
    );
    await this.#jobs.whenEnded(id, ANSWER_WITHIN_MS);
    return this.#jobs.view(id, owner) ?? gone(id);
  }

  /** Rejects with `not_found`, also for a job of somebody else. */
  async view(id: string, owner: string): Promise<View> {
    return this.#jobs.view(id, owner) ?? ((await this.#ask({ action: 'view', id, owner })) as View | null) ?? gone(id);
  }

  /** Ends a job, or forgets its result. Rejects with `not_found`. */
  async cancel(id: string, owner: string): Promise<void> {
    if (this.#jobs.cancel(id, owner)) return;
    if ((await this.#ask({ action: 'cancel', id, owner })) === null) gone(id);
  }

  stop(): Promise<void> {
    return this.#jobs.stop();
  }

  async #run(
    metric: string,
    plan: BacktestPlan,
    scope: MachineScope,
    signal: AbortSignal,
    onProgress: (share: number) => void,
  ): Promise<BacktestResult> {
    const { readings, monotonic } = this.#deps;
    const begunMs = monotonic.elapsedMs();
    const outcome = await runBacktest(plan, { readings, monotonic, signal, onProgress });
    const happened = await this.#happened(metric, plan, scope, signal);
    const notes = await this.#notes(plan, outcome.firstMs);
    return backtestResult(plan, outcome, { tookMs: monotonic.elapsedMs() - begunMs, happened, notes });
  }

  /** The raises about limits that were annunciated in the range. */
  async #happened(metric: string, plan: BacktestPlan, scope: MachineScope, signal: AbortSignal) {
    const ids = new Set(plan.series.map(({ machineId }) => machineId));
    const at: string[] = [];
    let raises = 0;
    const all = this.#deps.repository.annunciations(plan.fromMs, plan.toMs, scope, { metric, machineIds: [...ids] });
    for await (const page of all) {
      signal.throwIfAborted();
      for (const { machineId, limitKind, atMs } of page) {
        if (machineId === null || !ids.has(machineId) || limitKind === 'stale') continue;
        raises++;
        if (at.length < MAX_BACKTEST_RAISES) at.push(isoTime(atMs));
      }
    }
    return { raises, at };
  }

  /** Says from when single values are stored, where earlier ones exist as summaries only. */
  async #notes(plan: BacktestPlan, firstMs: number | null): Promise<string[]> {
    const endMs = Math.min(firstMs ?? plan.toMs, plan.toMs);
    if (endMs - plan.fromMs < HOUR_MS) return [];
    for (const { machineId, metric } of plan.series) {
      const { total } = await this.#deps.readings.buckets({
        machineId,
        fromMs: plan.fromMs,
        toMs: endMs,
        metrics: [{ metric, kind: 'gauge' }],
        everyReading: false,
        grid: bucketGrid('1d'),
        holdMs: 0,
        order: 'asc',
        offset: 0,
        limit: 1,
      });
      if (total === 0) continue;
      return [
        firstMs === null
          ? 'No single readings of this range are stored any more, only their averages.'
          : `Single readings are stored from ${isoTime(firstMs)} on; of the time before it there are only averages.`,
      ];
    }
    return [];
  }

  async #answer({ action, id, owner }: Question): Promise<unknown> {
    if (action === 'view') return this.#jobs.view(id, owner) ?? undefined;
    return this.#jobs.cancel(id, owner) ? true : undefined;
  }

  /** Of the other nodes; null where none has the job. */
  async #ask(question: Question): Promise<unknown> {
    const { requestChannel } = this.#deps;
    if (requestChannel === null) return null;
    try {
      return await requestChannel.request(question, OTHER_NODE_WITHIN_MS, TOPIC);
    } catch (error) {
      if (isAppError(error, 'store_unavailable')) return null;
      throw error;
    }
  }
}

export const backtestReply = ({ job, result }: View): BacktestReply => ({ status: 'success', job, result });

function gone(id: string): never {
  throw new AppError('not_found', `No back-test with id ${id} is kept`);
}
