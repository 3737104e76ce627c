// The hand-over report of a shift: what happened in it, and what it leaves to the next.

import { isoTime, type ShiftReport } from '@gonsters/contract';
import { alertView } from '../alerts/alert-view.ts';
import type { AlertRepository } from '../alerts/store/alert-repository.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Clock } from '../clock.ts';
import type { DutyService } from '../duty/duty-service.ts';
import { shiftView } from '../duty/duty-view.ts';
import type { Shift } from '../duty/rules/shift-calendar.ts';
import { AppError } from '../errors.ts';
import { inScope } from '../machines/machine-scope.ts';
import type { MachineService } from '../machines/machine-service.ts';
import type { MachineRuns } from './machine-runs.ts';
import { RecentRuns } from './recent-runs.ts';
import { changeOf, isReported, REPORTED_NOUNS } from './rules/change-text.ts';
import { type ReportRange, reportRange } from './rules/report-range.ts';
import type { ShiftAlerts } from './shift-alerts.ts';
import type { Author, ShiftRecords, SignOff } from './shift-records.ts';

const DAY_MS = 86_400_000;
/** How far back shifts are compared. */
const USUAL_DAYS = 28;
/** Entries of each list. */
const MOST_LISTED = 500;

/** Who reads the report. */
export interface Reader {
  readonly factoryId: string | null;
  /** Whether the values of what was changed are shown, of machines and of channels. */
  readonly seesValues: boolean;
  readonly seesChannels: boolean;
}

export interface ShiftReportsDeps {
  duty: DutyService;
  alerts: Pick<AlertRepository, 'annunciations'>;
  shiftAlerts: ShiftAlerts;
  records: ShiftRecords;
  runs: MachineRuns;
  audit: Pick<AuditLog, 'page'>;
  machines: Pick<MachineService, 'get' | 'entries'>;
  /** Names of an active user and of a channel; null where there is no such. */
  personName: (userId: string) => string | null;
  channelName: (channelId: string) => string | null;
  clock: Clock;
}

export class ShiftReports {
  readonly #deps: ShiftReportsDeps;
  readonly #recent = new RecentRuns<Awaited<ReturnType<MachineRuns['byLocation']>>>();

  constructor(deps: ShiftReportsDeps) {
    this.#deps = deps;
  }

  /** @param at UTC ms; null: now. Rejects with `validation_failed` for a time to come, and as the stores do. */
  async report(at: number | null, reader: Reader): Promise<ShiftReport> {
    const { duty, records, machines, runs, clock } = this.#deps;
    const nowMs = clock.nowMs();
    const atMs = at ?? nowMs;
    if (atMs > nowMs) {
      throw new AppError('validation_failed', undefined, {
        faults: [{ parameter: 'at', error: 'at must not be later than now', value: isoTime(atMs) }],
      });
    }
    const range = reportRange(duty, atMs, nowMs);
    const { shift, fromMs, toMs, isOver, previousMs, nextMs } = range;
    const scope = reader.factoryId;
    // With what happens at this moment.
    const endMs = isOver ? toMs : toMs + 1;
    const visible = [...inScope(machines.entries(), scope)];
    const [ran, figures, alerts, changed, told, notes, signOffs] = await Promise.all([
      this.#recent.get(`${fromMs} ${isOver ? toMs : ''} ${scope}`, isOver, nowMs, () =>
        runs.byLocation(visible, fromMs, toMs),
      ),
      this.#figures({ ...range, toMs: endMs }, scope),
      this.#alertsAt(endMs, scope),
      this.#changed(fromMs, endMs, reader),
      this.#told(fromMs, endMs, scope),
      records.notes(fromMs, endMs, scope),
      shift === null ? [] : records.signOffs(shift.fromMs, scope),
    ]);
    const criticalOpen = alerts.open.filter(
      ({ severity, raisedAtMs }) => severity === 'critical' && raisedAtMs >= fromMs,
    ).length;
    const lists = { open: alerts.open, shelved: alerts.shelved, suppressed: alerts.suppressed, changed, told };
    const isCut = (name: keyof typeof lists) =>
      lists[name].length > MOST_LISTED || (alerts.isCut && name !== 'changed' && name !== 'told');
    const listed = (found: typeof alerts.open) => found.slice(0, MOST_LISTED).map((each) => alertView(each, machines));
    return {
      status: 'success',
      shift: shift && shiftView(shift),
      ...{ from: isoTime(fromMs), to: isoTime(toMs), is_over: isOver },
      figures: { ...figures, critical_open: criticalOpen, running_share: ran.share },
      locations: ran.locations.map(({ location, machines: count, share, parts, bands }) => ({
        ...{ location, machines: count, running_share: share, parts },
        bands: bands.map(({ fromMs: bandFromMs, toMs: bandToMs, ...band }) => ({
          ...{ from: isoTime(bandFromMs), to: isoTime(bandToMs) },
          ...band,
        })),
      })),
      open: listed(alerts.open),
      shelved: listed(alerts.shelved),
      suppressed: listed(alerts.suppressed),
      changed: changed.slice(0, MOST_LISTED),
      told: told.slice(0, MOST_LISTED),
      truncated: (Object.keys(lists) as (keyof typeof lists)[]).filter(isCut),
      notes: notes.map(({ id, atMs: writtenMs, by, text }) => ({ id, at: isoTime(writtenMs), by, text })),
      sign_offs: signOffs.map(signOffView),
      previous: previousMs === null ? null : isoTime(previousMs),
      next: nextMs === null ? null : isoTime(nextMs),
    };
  }

  /** A note of the present. */
  async addNote(author: Author, text: string): Promise<ShiftReport['notes'][number]> {
    const { id, atMs, by } = await this.#deps.records.addNote(author, text, this.#deps.clock.nowMs());
    return { id, at: isoTime(atMs), by, text };
  }

  /** Rejects with `validation_failed` where no shift began at that time yet, and with `conflict` for the second one. */
  async signOff(
    author: Author,
    signed: { shiftFromMs: number; role: SignOff['role']; note: string | null },
  ): Promise<ShiftReport['sign_offs'][number]> {
    const { duty, records, clock } = this.#deps;
    const nowMs = clock.nowMs();
    if (signed.shiftFromMs > nowMs || duty.shiftAt(signed.shiftFromMs)?.fromMs !== signed.shiftFromMs) {
      const error = 'shift_from must be when a shift of the shift calendar began';
      const value = isoTime(signed.shiftFromMs);
      throw new AppError('validation_failed', undefined, { faults: [{ field: 'shift_from', error, value }] });
    }
    return signOffView(await records.signOff(author, signed, nowMs));
  }

  async #figures(range: ReportRange<Shift>, scope: string | null) {
    const { alerts } = this.#deps;
    let count = 0;
    let critical = 0;
    const acknowledgedAfter: number[] = [];
    for await (const page of alerts.annunciations(range.fromMs, range.toMs, scope)) {
      count += page.length;
      for (const { severity, isNewest, acknowledgedAtMs, unacknowledgedSinceMs } of page) {
        if (severity === 'critical') critical++;
        if (!isNewest || acknowledgedAtMs === null) continue;
        acknowledgedAfter.push(Math.max(0, acknowledgedAtMs - unacknowledgedSinceMs) / 1000);
      }
    }
    acknowledgedAfter.sort((a, b) => a - b);
    return {
      ...{ alerts: count, critical, alerts_usual: await this.#usual(range, scope) },
      acknowledge_median_seconds: median(acknowledgedAfter),
      acknowledge_longest_seconds: acknowledgedAfter.at(-1) ?? null,
    };
  }

  /** Of as long a part of the same shift on the days before, so that a shift that is not over is compared with the like. */
  async #usual({ shift, fromMs, toMs }: ReportRange<Shift>, scope: string | null): Promise<number | null> {
    const { duty, shiftAlerts, machines } = this.#deps;
    const sinceMs = fromMs - USUAL_DAYS * DAY_MS;
    const begins =
      shift === null
        ? Array.from({ length: USUAL_DAYS }, (_, day) => sinceMs + day * DAY_MS)
        : duty.shiftsBetween(sinceMs, fromMs).flatMap((each) => (each.name === shift.name ? [each.fromMs] : []));
    let observedMs = Number.POSITIVE_INFINITY;
    for (const { record } of inScope(machines.entries(), scope)) observedMs = Math.min(observedMs, record.createdAtMs);
    const observed = begins.filter((beginMs) => beginMs >= Math.max(sinceMs, observedMs) && beginMs < fromMs);
    if (observed.length === 0) return null;
    const counts = await Promise.all(
      observed.map((beginMs) => shiftAlerts.annunciated(beginMs, beginMs + toMs - fromMs, scope)),
    );
    return counts.reduce((sum, each) => sum + each, 0) / counts.length;
  }

  async #alertsAt(atMs: number, scope: string | null) {
    const limit = 3 * MOST_LISTED;
    const found = await this.#deps.shiftAlerts.openAt(atMs, scope, limit + 1);
    const visible = found.slice(0, limit);
    const isShelved = ({ shelvedUntilMs }: (typeof found)[number]) => shelvedUntilMs !== null && shelvedUntilMs > atMs;
    const suppressed = visible.filter(({ state }) => state === 'suppressed');
    const shelved = visible.filter((alert) => alert.state !== 'suppressed' && isShelved(alert));
    const open = visible.filter((alert) => alert.state !== 'suppressed' && !isShelved(alert));
    return { open, shelved, suppressed, isCut: found.length > limit };
  }

  async #changed(fromMs: number, toMs: number, reader: Reader): Promise<ShiftReport['changed']> {
    const { audit, machines } = this.#deps;
    const { entries } = await audit.page({
      ...{ nouns: REPORTED_NOUNS, fromMs, toMs, limit: MOST_LISTED + 1 },
      ...(reader.factoryId === null ? {} : { factoryId: reader.factoryId }),
    });
    return entries.filter(isReported).map((entry) => {
      const name = machines.get(entry.target ?? '')?.record.name ?? null;
      const hasValues = reader.seesValues && (reader.seesChannels || !/^(channel|gateway)/.test(entry.action));
      return { at: entry.at, by: entry.username, action: entry.action, ...changeOf(entry, name, hasValues) };
    });
  }

  async #told(fromMs: number, toMs: number, scope: string | null): Promise<ShiftReport['told']> {
    const { shiftAlerts, personName, channelName } = this.#deps;
    const rows = await shiftAlerts.told(fromMs, toMs, scope, MOST_LISTED + 1);
    return rows.map(({ atMs, alertId, person, channel, state, message }) => ({
      ...{ at: isoTime(atMs), alert_id: alertId, person: person === null ? null : personName(person) },
      ...{ channel: channelName(channel) ?? channel, state, text: message },
    }));
  }
}

const signOffView = ({ atMs, by, role, note }: SignOff) => ({ at: isoTime(atMs), by, role, note });

function median(sorted: readonly number[]): number | null {
  const middle = sorted.length / 2;
  if (sorted.length === 0) return null;
  const [low, high] = [sorted[Math.ceil(middle) - 1] as number, sorted[Math.floor(middle)] as number];
  return (low + high) / 2;
}
