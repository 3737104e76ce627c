// The watching node's side of alerts: evaluates, numbers every change, stores it and then announces it.

import { setTimeout as sleep } from 'node:timers/promises';
import type { LeaderTerm } from '../../cluster/leadership.ts';
import { AppError } from '../../errors.ts';
import type { LiveEvent } from '../../events/event-bus.ts';
import type { ReadingColumns } from '../../readings/reading-columns.ts';
import { withTimeout } from '../../with-timeout.ts';
import type { AlertServiceDeps } from '../alert-service-deps.ts';
import { replay } from '../leader/replay.ts';
import type { Watermarks } from '../leader/watermarks.ts';
import { acknowledgedAlert, isClosed, keyOf } from '../rules/alert-lifecycle.ts';
import type { AlertQuery, AlertRecord } from '../store/alert-repository.ts';
import { AlertWriter } from '../store/alert-writer.ts';
import { AlarmEvaluation } from './alarm-evaluation.ts';
import { AlertChanges } from './alert-changes.ts';
import { type ArrivedReadings, arrivedReadings, concatArrived } from './arrived-readings.ts';
import type { OpenAlerts } from './open-alerts.ts';
import { checkShelf } from './shelving.ts';

const SHELVED_PAGE = 1000;
/** Readings that may wait for a catch-up to end; past it they are read from the store as well. */
const MAX_HELD_READINGS = 200_000;
/** Of the 10 s that a stop may take. */
const CATCH_UP_ENDS_WITHIN_MS = 1_000;
const EVALUATION_ENDS_WITHIN_MS = 1_000;

export interface AlertEngineDeps extends AlertServiceDeps {
  term: LeaderTerm;
  positions: Watermarks;
  /** Since when this node sees what is stored: silence counts from then at the earliest. */
  observedSinceMs: number;
}

export class AlertEngine {
  readonly #parts: AlertEngineDeps;
  readonly #queue: AlertWriter;
  readonly #ledger: AlertChanges;
  readonly #watchkeeper: AlarmEvaluation;
  /** What came in during a catch-up; null while there is none. */
  #held: ArrivedReadings[] | null = null;
  #heldReadings = 0;
  /** What waits for older readings of other nodes, for a moment. */
  #settling: ArrivedReadings[] = [];
  #settleTimer: NodeJS.Timeout | null = null;
  #catchingUp: Promise<void> | null = null;
  #abandoned = false;
  #isUpToDate = false;
  #hasBegun = false;
  /** Others' readings do not come in: everything is read from the store, so that all of it is evaluated in order. */
  #isCutOff = false;

  constructor(parts: AlertEngineDeps) {
    this.#parts = parts;
    this.#queue = new AlertWriter(parts);
    this.#ledger = new AlertChanges(this.#queue, parts.metrics);
    this.#watchkeeper = new AlarmEvaluation({ ...parts, queue: this.#queue, ledger: this.#ledger });
  }

  /** Takes up the alerts and their evaluation as stored. What comes in from now on waits for `begin`. */
  async open(): Promise<void> {
    this.#held = [];
    const { repository, observedSinceMs } = this.#parts;
    const [open, shelved, evaluations, lastSeq] = await Promise.all([
      repository.open(),
      this.#shelvedAlerts(),
      repository.evaluations(),
      repository.lastSeq(),
    ]);
    this.#ledger.start(lastSeq, new Map([...shelved, ...open].map((alert) => [alert.id, alert])).values());
    this.#watchkeeper.start(evaluations, observedSinceMs);
  }

  /** Evaluates what was stored while nobody kept watch, then what waits, then what comes. Rejects as the store does. */
  async begin(): Promise<void> {
    // The first watch of a plant has nothing to catch up with; nor has a server that is alone. The second one has, also
    // where the first ended before it could say that it was up to date.
    const { watermarkMs, epoch } = this.#parts.term;
    if (watermarkMs !== null || (epoch !== null && epoch > 1)) await this.replay();
    else this.#evaluateHeld();
    if (this.#abandoned) return;
    await this.#watchkeeper.evaluateNewest();
    if (this.#abandoned) return;
    this.#isUpToDate = true;
    this.#hasBegun = true;
  }

  /** Everything stored has been evaluated, and what was found is stored, but for what is on its way. */
  get isUpToDate(): boolean {
    return this.#isUpToDate && this.#watchkeeper.isIdle && !this.#queue.isBehind;
  }

  /** From the store, what was not evaluated yet. A call during another one is answered with that one. */
  replay(): Promise<void> {
    this.#catchingUp ??= this.#replay().finally(() => {
      this.#catchingUp = null;
    });
    return this.#catchingUp;
  }

  /** While cut off, only `replay` evaluates. */
  cutOff(isCutOff: boolean): void {
    if (isCutOff && !this.#isCutOff) this.#isUpToDate = false;
    this.#isCutOff = isCutOff;
    if (isCutOff) this.#held ??= [];
  }

  get alerts(): OpenAlerts {
    return this.#ledger.open;
  }

  get lastSeq(): number {
    return this.#ledger.lastSeq;
  }

  /** Hot path, synchronous. */
  evaluate(stored: ReadingColumns): void {
    if (this.#held === null) {
      if (this.#parts.settleMs === 0) this.#watchkeeper.evaluate(stored);
      else this.#settle(stored);
    } else if (!this.#isCutOff) {
      // Past the bound they are only counted: then all of it is read from the store.
      if (this.#heldReadings <= MAX_HELD_READINGS) this.#held.push(this.#arrived(stored));
      this.#heldReadings += stored.length;
    }
  }

  tick(): void {
    this.#ledger.endDueShelves(this.#parts.clock.nowMs());
    // Before that, whoever was not caught up with yet would seem silent.
    if (this.#hasBegun) this.#watchkeeper.tick();
    this.#queue.flushEvaluations();
  }

  async settled(): Promise<void> {
    this.#evaluateSettled();
    await this.#watchkeeper.settled();
    await this.#queue.settled();
  }

  /** Waits until every change is stored, or until a few tries have failed. */
  async finish(): Promise<void> {
    // A catch-up that has far to go, or waits for a store that does not answer, is left to the next watch.
    this.#abandoned = true;
    await withTimeout(this.#catchingUp?.catch(() => {}) ?? null, CATCH_UP_ENDS_WITHIN_MS);
    this.#evaluateSettled();
    await Promise.race([
      this.#watchkeeper.evaluated(),
      sleep(EVALUATION_ENDS_WITHIN_MS, undefined, { ref: false }).then(() => this.#watchkeeper.abandon()),
    ]);
    this.#watchkeeper.stop();
    await this.#queue.stop();
    // Late excursions are looked up one by one: many of them must not hold up the end.
    await withTimeout(this.#watchkeeper.settled(), EVALUATION_ENDS_WITHIN_MS);
    await this.#queue.stop();
  }

  /** Nothing more is stored from this moment on. */
  abandon(): void {
    this.#abandoned = true;
    this.#held = null;
    this.#settling = [];
    this.#watchkeeper.abandon();
    this.#queue.abandon();
  }

  waiting(id: string): AlertRecord | undefined {
    return this.#ledger.open.get(id) ?? this.#queue.waiting(id);
  }

  withFigures(alert: AlertRecord): AlertRecord {
    return this.#watchkeeper.withFigures(alert);
  }

  async acknowledge(id: string, by: string, note: string | null): Promise<AlertRecord> {
    const alert = await this.find(id);
    if (alert.state === 'suppressed')
      throw new AppError('invalid_state', 'A suppressed alert needs no acknowledgement');
    const done = isClosed(alert) || alert.state === 'active_acked';
    const nowMs = this.#parts.clock.nowMs();
    const changed = done ? alert : this.#ledger.change(acknowledgedAlert(alert, by, note, nowMs), null);
    await this.#queue.stored(changed.seq);
    return changed;
  }

  async shelve(id: string, by: string, untilMs: number, reason: string): Promise<AlertRecord> {
    const nowMs = this.#parts.clock.nowMs();
    checkShelf(untilMs, nowMs);
    const alert = await this.find(id);
    if (isClosed(alert)) throw new AppError('invalid_state', 'A closed alert cannot be shelved');
    const changed = this.#ledger.shelve(alert, { untilMs, by, reason }, nowMs);
    await this.#queue.stored(changed.seq);
    return changed;
  }

  async unshelve(id: string): Promise<AlertRecord> {
    const alert = await this.find(id);
    if (alert.shelvedUntilMs === null) return alert;
    this.#ledger.unshelve(keyOf(alert), this.#parts.clock.nowMs());
    await this.#queue.stored(this.#ledger.lastSeq);
    return this.find(id);
  }

  /** Rejects with `not_found`. */
  async find(id: string): Promise<AlertRecord> {
    // A closed alert is no longer in memory, but its last change may still wait to be stored.
    const alert = this.waiting(id) ?? (await this.#parts.repository.byId(id));
    if (alert === null) throw new AppError('not_found', 'There is no such alert');
    return this.withFigures(alert);
  }

  /** Limits, timing or a machine changed. */
  heed(event: LiveEvent): void {
    if (event.kind === 'config' || event.kind === 'limits') this.#watchkeeper.rulesChanged();
    else if (event.kind === 'machine_status' && event.status !== undefined) {
      for (const machineId of event.machineIds) this.#watchkeeper.machineChanged(machineId);
    } else if (event.kind === 'machine' && event.change === 'deleted') {
      this.#watchkeeper.machineDeleted(event.machineId);
    } else if (event.kind === 'machine') this.#watchkeeper.machineChanged(event.machineId);
  }

  async #replay(): Promise<void> {
    this.#held ??= [];
    this.#held.push(...this.#settling);
    this.#settling = [];
    this.#isUpToDate = false;
    // Where each machine stands is known only then.
    await this.#watchkeeper.evaluated();
    const isOver = () => this.#abandoned;
    for (;;) {
      await replay({
        ...this.#parts,
        watchkeeper: this.#watchkeeper,
        watermarkMs: this.#parts.term.watermarkMs,
        isOver,
      });
      if (this.#heldReadings <= MAX_HELD_READINGS) break;
      this.#held = [];
      this.#heldReadings = 0;
    }
    this.#evaluateHeld();
    this.#isUpToDate = !this.#abandoned;
  }

  /** Readings of one machine are taken by any node: those of a moment are put in order before they are evaluated. */
  #settle(stored: ReadingColumns): void {
    this.#settling.push(this.#arrived(stored));
    this.#settleTimer ??= setTimeout(() => this.#evaluateSettled(), this.#parts.settleMs);
  }

  #arrived(stored: ReadingColumns): ArrivedReadings {
    return arrivedReadings(stored, this.#parts.clock.nowMs());
  }

  #evaluateSettled(): void {
    if (this.#settleTimer !== null) clearTimeout(this.#settleTimer);
    this.#settleTimer = null;
    const settled = this.#settling;
    this.#settling = [];
    if (settled.length > 0) this.#watchkeeper.evaluateArrived(concatArrived(settled));
  }

  #evaluateHeld(): void {
    const held = this.#held ?? [];
    this.#heldReadings = 0;
    this.#held = this.#isCutOff ? [] : null;
    if (!this.#abandoned && held.length > 0) this.#watchkeeper.evaluateHeld(concatArrived(held));
  }

  async #shelvedAlerts(): Promise<AlertRecord[]> {
    const found: AlertRecord[] = [];
    let cursor: string | null = null;
    do {
      const query: AlertQuery = { shelved: true, limit: SHELVED_PAGE, ...(cursor === null ? {} : { cursor }) };
      const page = await this.#parts.repository.page(query);
      found.push(...page.alerts);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return found;
  }
}
