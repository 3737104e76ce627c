// Records excursions in late data: each becomes one closed, silent alert, which grows with its readings.

import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../clock.ts';
import type { Logger } from '../../log.ts';
import { conditionKey, conditionSideOf, lateAlert } from '../rules/alert-lifecycle.ts';
import { type ConditionTiming, type Side, severityOfValue, worseOf } from '../rules/condition.ts';
import { type Excursion, hasEndBeenSeen } from '../rules/excursion.ts';
import { metricRaise } from '../rules/metric-raise.ts';
import type { AlertRecord, AlertRepository } from '../store/alert-repository.ts';
import type { AlertWriter } from '../store/alert-writer.ts';
import type { AlertChanges } from './alert-changes.ts';
import { LateExcursions } from './late-excursions.ts';
import type { MachineAlarmState, MetricAlarmState } from './machine-alarm-state.ts';
import type { MachineAlarmStates } from './machine-alarm-states.ts';

/** Alerts of one machine and metric do not overlap, so an excursion can only touch the newest few before its end. */
const ALERTS_LOOKED_UP = 20;
/** Excursions recorded in one turn of the event loop: a few milliseconds. */
const EXCURSIONS_PER_TURN = 20;

export class LateDataAlerts {
  readonly #repository: AlertRepository;
  readonly #states: MachineAlarmStates;
  readonly #changes: AlertChanges;
  readonly #writer: AlertWriter;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #excursions = new LateExcursions();
  #recording: Promise<void> | null = null;
  #isStopping = false;

  constructor(deps: {
    repository: AlertRepository;
    states: MachineAlarmStates;
    changes: AlertChanges;
    writer: AlertWriter;
    clock: Clock;
    log: Logger;
  }) {
    this.#repository = deps.repository;
    this.#states = deps.states;
    this.#changes = deps.changes;
    this.#writer = deps.writer;
    this.#clock = deps.clock;
    this.#log = deps.log;
  }

  /** Continues with the excursions that a machine was restored with. */
  resume(machine: MachineAlarmState): void {
    this.#excursions.resume(machine);
  }

  /** A value past a limit that is history or out of order. */
  addPast(metric: MetricAlarmState, side: Side, timestampMs: number, value: number): void {
    const timing = this.#states.timingOf(metric);
    const isNews = this.#excursions.addPast(metric, side, timestampMs, value, timing, this.#clock.nowMs());
    if (isNews) this.#states.save(metric);
  }

  /** A value that clears a limit, where there are excursions that it may end. */
  addInside(metric: MetricAlarmState, side: Side, timestampMs: number): void {
    const isEnd = this.#excursions.addInside(
      ...([metric, side, timestampMs, this.#states.timingOf(metric), this.#clock.nowMs()] as const),
    );
    if (isEnd) this.#states.save(metric);
  }

  /** Starts to record what is due, unless that is in progress. */
  recordDue(): void {
    if (this.#excursions.unrecordedCount === 0 || this.#recording !== null) return;
    if (!this.#excursions.hasDue(this.#clock.nowMs())) return;
    this.#recording = this.#record().then((isComplete) => {
      this.#recording = null;
      if (isComplete && !this.#isStopping) this.recordDue();
    });
  }

  /** Called each second. */
  tick(): void {
    this.#excursions.removeExpired(this.#clock.nowMs());
    this.recordDue();
  }

  /** Excursions that are not recorded yet are stored with the state of their metric, and recorded after the next start. */
  stop(): void {
    this.#isStopping = true;
    for (const metric of this.#excursions.unrecordedMetrics()) this.#states.save(metric);
  }

  /** Resolves when no recording is in progress. */
  async whenIdle(): Promise<void> {
    while (this.#recording !== null) await this.#recording;
  }

  /** @returns false if the store did not answer; the next tick tries again */
  async #record(): Promise<boolean> {
    const dropped = this.#excursions.takeDroppedCount();
    if (dropped > 0) this.#log.warn({ dropped }, 'Too many excursions in late data: some have no alert in the history');
    while (this.#excursions.hasDue(this.#clock.nowMs()) && !this.#isStopping) {
      // Alerts that the same readings raised live must be stored before they can be found.
      await this.#writer.whenIdle();
      try {
        const nowMs = this.#clock.nowMs();
        for (const each of this.#excursions.due(nowMs, EXCURSIONS_PER_TURN)) await this.#recordOne(each, nowMs);
      } catch (error) {
        const { unrecordedCount } = this.#excursions;
        this.#log.error({ err: error, waiting: unrecordedCount }, 'Alerts about late data could not be recorded');
        return false;
      }
      await nextTurn();
    }
    return true;
  }

  async #recordOne(excursion: Excursion, nowMs: number): Promise<void> {
    const metric = this.#excursions.metricOf(excursion);
    const timing = this.#states.timingOf(metric);
    const isNew = excursion.alertId === null && !excursion.hasLiveAlert && !isTooShort(excursion, timing);
    const known = isNew ? await this.#findAlert(excursion, metric) : undefined;
    // A live alert may have continued it during the lookup. Nothing is awaited from here on.
    this.#excursions.setRecorded(excursion, nowMs);
    if (excursion.isRemoved || metric.machine.isDeleted) {
      this.#excursions.remove(excursion);
      return;
    }
    const alert = this.#toAlert(excursion, metric, known);
    if (alert === null) return;
    this.#changes.change(alert, null);
    this.#states.save(metric);
  }

  /**
   * The alert of the same condition at the same time. Readings that are sent again after they raised a live alert are out of
   * order, and must not be recorded twice.
   */
  async #findAlert(
    { side, fromMs, toMs }: Excursion,
    { machine, name }: MetricAlarmState,
  ): Promise<AlertRecord | undefined> {
    const current = this.#changes.open.byKey(conditionKey(machine.machineId, name, side));
    if (current !== undefined && overlaps(current, fromMs, toMs)) return current;
    const { alerts } = await this.#repository.page({
      machineId: machine.machineId,
      metric: name,
      toMs: toMs + 1,
      limit: ALERTS_LOOKED_UP,
    });
    return alerts.find((each) => conditionSideOf(each) === side && overlaps(each, fromMs, toMs));
  }

  /** null where nothing is to be recorded. */
  #toAlert(excursion: Excursion, metric: MetricAlarmState, known: AlertRecord | undefined): AlertRecord | null {
    const timing = this.#states.timingOf(metric);
    if (known !== undefined && !known.late) excursion.hasLiveAlert = true;
    if (excursion.hasLiveAlert || isTooShort(excursion, timing)) return null;
    if (known !== undefined && !mergeAlert(excursion, known, timing)) return null;
    const { side, fromMs, toMs, firstValue, peakValue, readingCount } = excursion;
    const { machine, limits } = metric;
    const severity = limits && severityOfValue(side, peakValue, limits);
    // The limits may have changed since, so that nothing was past them.
    if (!limits || !severity) return null;
    excursion.alertId ??= randomUUID();
    const raise = metricRaise(machine.entry.record, this.#states.definitionOf(metric), {
      ...{ id: excursion.alertId, side, severity, limits, peakValue, readingCount },
      value: firstValue,
      messageValue: peakValue,
      clearsAt: null,
      details: metric.level?.details ?? null,
      atMs: fromMs,
    });
    return lateAlert(raise, { clearedAtMs: toMs, endNotSeen: !hasEndBeenSeen(excursion, timing.offDelayMs) });
  }
}

/** An excursion that is shorter than the on-delay raises no alert. */
function isTooShort({ fromMs, toMs }: Excursion, { onDelayMs }: ConditionTiming): boolean {
  return toMs - fromMs < onDelayMs;
}

/** Makes the excursion include a stored alert. @returns whether it contains more than that alert */
function mergeAlert(excursion: Excursion, alert: AlertRecord, { offDelayMs }: ConditionTiming): boolean {
  excursion.alertId = alert.id;
  const endMs = alert.clearedAtMs ?? alert.raisedAtMs;
  const peakValue = worseOf(excursion.side, excursion.peakValue, alert.peakValue) as number;
  const showsEnd = alert.endNotSeen && excursion.toMs >= endMs && hasEndBeenSeen(excursion, offDelayMs);
  const isMore =
    excursion.fromMs < alert.raisedAtMs || excursion.toMs > endMs || peakValue !== alert.peakValue || showsEnd;
  if (excursion.fromMs >= alert.raisedAtMs) {
    excursion.fromMs = alert.raisedAtMs;
    excursion.firstValue = alert.value ?? excursion.firstValue;
  }
  excursion.toMs = Math.max(excursion.toMs, endMs);
  excursion.peakValue = peakValue;
  excursion.readingCount = Math.max(excursion.readingCount, alert.readingCount);
  return isMore;
}

function overlaps(alert: AlertRecord, fromMs: number, toMs: number): boolean {
  return alert.raisedAtMs <= toMs && (alert.clearedAtMs ?? Number.POSITIVE_INFINITY) >= fromMs;
}
