// A month of 30 days whose figures were computed by hand.

import { describe, expect, it } from 'vitest';
import type { Annunciation } from '../store/alert-repository.ts';
import { computeAlertStats } from './alert-stats.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const FROM = Date.UTC(2026, 5, 1);
const TO = FROM + 30 * DAY;

function raise(atMs: number, activeMs: number | null, over: Partial<Annunciation> = {}): Annunciation {
  return {
    atMs: FROM + atMs,
    raisedAtMs: FROM + atMs,
    clearedAtMs: activeMs === null ? null : FROM + atMs + activeMs,
    severity: 'warning',
    isNewest: true,
    machineId: 'press',
    machineName: 'Press 4',
    location: 'Hall A',
    metric: 'temperature',
    limitKind: 'high',
    condition: 'level',
    chattering: false,
    acknowledgedAtMs: null,
    unacknowledgedSinceMs: FROM + atMs,
    ...over,
  };
}
const times = (count: number, of: (i: number) => Annunciation) => Array.from({ length: count }, (_, i) => of(i));

/**
 * - Each day at 08:30 one raise of the lathe for 2 minutes: 30 raises.
 * - Day 3 (index 2), 10:00 to 10:10: 12 raises of the press, one each 40 s, 20 s long and chattering. A flood begins.
 *   10:10 to 10:20: 6 raises, one each 90 s, 20 s long. The flood goes on, since 6 are not fewer than 5.
 *   10:20 to 10:30: 4 raises. It ends at 10:20: it lasted for 20 minutes.
 * - Day 10 (index 9), 14:00 to 15:00: 36 raises of the fan, one each 100 s, 50 s long: 6 in each 10 minutes. An hour over 30, no flood.
 * - Day 20 (index 19), 00:00: one of the oven that lasts for 2.5 days, and critical; acknowledged after 60 s.
 */
const MONTH: Annunciation[] = [
  ...times(30, (day) => raise(day * DAY + 8.5 * HOUR, 2 * MINUTE, { machineId: 'lathe', machineName: 'Lathe 1' })),
  ...times(12, (i) => raise(2 * DAY + 10 * HOUR + i * 40_000, 20_000, { chattering: true })),
  ...times(6, (i) => raise(2 * DAY + 10 * HOUR + 10 * MINUTE + i * 90_000, 20_000, { chattering: true })),
  ...times(4, (i) => raise(2 * DAY + 10 * HOUR + 20 * MINUTE + i * 90_000, 20_000, { chattering: true })),
  ...times(36, (i) => raise(9 * DAY + 14 * HOUR + i * 100_000, 50_000, { machineId: 'fan', machineName: 'Fan 2' })),
  raise(19 * DAY, 2.5 * DAY, {
    machineId: 'oven',
    machineName: 'Oven',
    severity: 'critical',
    acknowledgedAtMs: FROM + 19 * DAY + MINUTE,
  }),
].sort((a, b) => a.atMs - b.atMs);

async function* stream<T>(all: readonly T[]) {
  yield all;
}
async function figures() {
  const silent = stream([{ reason: 'shelved' }, { reason: 'suppressed' }, { reason: 'suppressed' }] as const);
  const range = { fromMs: FROM, toMs: TO, observedSinceMs: FROM, nowMs: TO };
  const stats = await computeAlertStats(stream(MONTH), range, undefined, silent);
  const kpis = Object.fromEntries(stats.kpis.map((kpi) => [kpi.name, kpi]));
  return { stats, kpis, value: (name: string) => kpis[name]?.value };
}

describe('a month that was computed by hand', () => {
  it('has these rates', async () => {
    const { stats, value } = await figures();
    // 30 + 12 + 6 + 4 + 36 + 1
    expect(stats.total).toBe(89);
    expect(stats.days_of_data).toBe(30);
    expect(value('alerts_per_day_average')).toBeCloseTo(89 / 30, 10);
    // Day 10: 36 of the fan and 1 of the lathe. Day 3 has 22 and 1.
    expect(value('alerts_per_day_worst')).toBe(37);
    expect(value('alerts_per_hour_average')).toBeCloseTo(89 / 720, 10);
    expect(value('alerts_per_hour_worst')).toBe(36);
    // 30 days have 4,320 periods of 10 minutes.
    expect(value('alerts_per_10_minutes_average')).toBeCloseTo(89 / 4320, 10);
    expect(value('alerts_per_10_minutes_worst')).toBe(12);
    expect(value('share_of_10_minutes_over_10')).toBeCloseTo(1 / 4320, 10);
    expect(value('hours_over_30')).toBeCloseTo(1 / 720, 10);
  });

  it('has one flood of 20 minutes', async () => {
    const { value } = await figures();
    expect(value('floods')).toBe(1);
    expect(value('flood_share')).toBeCloseTo(20 / (30 * 24 * 60), 10);
  });

  it('has these nuisances', async () => {
    const { stats, value } = await figures();
    // Four conditions, which are fewer than ten, so that they are all of it.
    expect(value('top_10_share')).toBe(1);
    expect(stats.top_contributors.map(({ machine_name, count }) => [machine_name, count])).toEqual([
      ['Fan 2', 36],
      ['Lathe 1', 30],
      ['Press 4', 22],
      ['Oven', 1],
    ]);
    expect(value('chattering')).toBe(1);
    // The fan: 50 s, and not chattering. The press chatters, and the lathe is active for 2 minutes.
    expect(value('fleeting')).toBe(1);
    // The oven is stale on days 21 and 22, one at a time.
    expect([stats.stale, value('stale_on_worst_day')]).toEqual([1, 1]);
    expect([value('suppressed'), value('shelved'), value('unaudited_limit_changes')]).toEqual([2, 1, 0]);
  });

  it('has this mix and this time to acknowledge', async () => {
    const { stats, value } = await figures();
    expect(stats.priority_mix).toEqual({ critical: 1 / 89, warning: 88 / 89 });
    expect(value('critical_share')).toBeCloseTo(1 / 89, 10);
    expect(Math.abs((value('time_to_acknowledge_median') as number) - 60)).toBeLessThan(0.7);
  });

  it('has these verdicts, beside both columns of the standard', async () => {
    const { kpis } = await figures();
    expect(kpis.alerts_per_day_average).toMatchObject({ acceptable: 150, manageable: 300, verdict: 'met' });
    expect(kpis.alerts_per_hour_average).toMatchObject({ acceptable: 6, manageable: 12, verdict: 'met' });
    expect(kpis.alerts_per_10_minutes_average).toMatchObject({ acceptable: 1, manageable: 2, verdict: 'met' });
    expect(kpis.alerts_per_10_minutes_worst).toMatchObject({ acceptable: 10, manageable: null, verdict: 'missed' });
    expect(kpis.flood_share).toMatchObject({ acceptable: 0.01, verdict: 'met' });
    expect(kpis.top_10_share).toMatchObject({ acceptable: 0.01, manageable: 0.05, verdict: 'missed' });
    expect(kpis.fleeting).toMatchObject({ acceptable: 0, verdict: 'missed' });
    expect(kpis.stale_on_worst_day).toMatchObject({ acceptable: 4, verdict: 'met' });
    expect(kpis.floods).toMatchObject({ target: null, verdict: null, reason: 'ISA-18.2 sets no target' });
  });
});
