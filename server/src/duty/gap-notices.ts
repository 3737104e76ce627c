// Tells Management when nobody will be on duty: a day ahead, once for each gap, and at once where somebody has left.

import { zonedTimeFormatter } from '@gonsters/contract';
import type { DutyRepository, DutySchedule } from './duty-repository.ts';
import type { DutyService } from './duty-service.ts';
import type { DutyTime } from './rules/duty-times.ts';

const DAY_MS = 86_400_000;
/** How long before a gap Management is told. */
const AHEAD_MS = DAY_MS;
/** How far ahead the end of a gap is looked for, and the gaps that a person leaves. */
const HORIZON_MS = 14 * DAY_MS;
const KEPT_MS = 400 * DAY_MS;

export interface GapNoticesDeps {
  duty: DutyService;
  repository: DutyRepository;
  /** Tells Management. `once` identifies the notice: it is not sent twice. */
  tell(
    notice: { key: 'duty_gap' | 'person_gone'; params: Readonly<Record<string, string>> },
    once: string,
  ): Promise<unknown>;
}

export class GapNotices {
  readonly #deps: GapNoticesDeps;

  constructor(deps: GapNoticesDeps) {
    this.#deps = deps;
  }

  /** Does what is due; only the leader calls it. Rejects as the database does; the next call continues. */
  async run(nowMs: number): Promise<void> {
    const { duty, repository } = this.#deps;
    // A deletion that was interrupted.
    for (const userId of await repository.orphans(nowMs)) await this.personGone(userId, 'A former user', nowMs);
    await repository.deleteOlder(nowMs - KEPT_MS);
    const told = await repository.toldGaps(nowMs);
    for (const schedule of duty.schedules) {
      for (const gap of duty.gaps(schedule.id, nowMs, nowMs + HORIZON_MS)) {
        if (gap.fromMs >= nowMs + AHEAD_MS) break;
        const known = told.get(schedule.id)?.find(({ fromMs, toMs }) => fromMs <= gap.fromMs && gap.fromMs <= toMs);
        if (known === undefined) await this.#tell(schedule, gap);
        // Not at each call: the end of a gap without an end moves on.
        else if (known.toMs < Math.min(gap.toMs, nowMs + AHEAD_MS)) {
          await repository.saveToldGap(schedule.id, { ...known, toMs: gap.toMs });
        }
      }
    }
  }

  /** Takes a person out of every schedule, and tells which gaps that leaves. Rejects as the database does. */
  async personGone(userId: string, name: string, nowMs: number): Promise<void> {
    const { duty, repository, tell } = this.#deps;
    const before = new Map(duty.schedules.map(({ id }) => [id, this.#gaps(id, nowMs)]));
    const isPlanned = duty.schedules.some(
      ({ id, rules }) =>
        rules.members.includes(userId) ||
        rules.on_holidays === userId ||
        duty.overridesOf(id).some((override) => override.userId === userId && override.toMs > nowMs),
    );
    if (!isPlanned) return;
    await duty.changing(() => repository.removePerson(userId, nowMs));
    const fresh = duty.schedules.flatMap((schedule) => {
      const known = before.get(schedule.id) ?? [];
      const isKnown = ({ fromMs, toMs }: DutyTime) => known.some((gap) => gap.fromMs <= fromMs && gap.toMs >= toMs);
      return this.#gaps(schedule.id, nowMs)
        .filter((gap) => !isKnown(gap))
        .map((gap) => ({ schedule, gap }));
    });
    const gaps = fresh.map(({ schedule, gap }) => {
      const { from, to } = spoken(schedule, gap);
      return `${schedule.name}, ${from} – ${to}`;
    });
    const params = { person: name, gaps: gaps.length === 0 ? '–' : gaps.join('; ') };
    await tell({ key: 'person_gone', params }, `person_gone:${userId}:${nowMs}`);
    for (const { schedule, gap } of fresh) {
      if (gap.fromMs < nowMs + AHEAD_MS) await repository.saveToldGap(schedule.id, gap);
    }
  }

  #gaps(scheduleId: string, nowMs: number): DutyTime[] {
    return this.#deps.duty.gaps(scheduleId, nowMs, nowMs + HORIZON_MS);
  }

  async #tell(schedule: DutySchedule, gap: DutyTime): Promise<void> {
    const { repository, tell } = this.#deps;
    const params = { schedule: schedule.name, ...spoken(schedule, gap) };
    await tell({ key: 'duty_gap', params }, `duty_gap:${schedule.id}:${gap.fromMs}`);
    await repository.saveToldGap(schedule.id, gap);
  }
}

/** By the clocks of the schedule, in a form that is read the same in every language: `2026-11-28 22:00`. */
function spoken({ rules }: DutySchedule, { fromMs, toMs }: DutyTime): { from: string; to: string } {
  const zoned = zonedTimeFormatter(rules.zone);
  const minute = (atMs: number) => zoned(atMs).slice(0, 16).replace('T', ' ');
  return { from: minute(fromMs), to: `${minute(toMs)} (${rules.zone})` };
}
