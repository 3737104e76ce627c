import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Annunciation } from '../store/alert-repository.ts';
import { computeAlertStats } from './alert-stats.ts';
import { DurationHistogram } from './duration-histogram.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const FROM = Date.UTC(2026, 0, 1);
const TO = FROM + 30 * DAY;

const raise = (afterMs: number, over: Partial<Annunciation> = {}): Annunciation => ({
  atMs: FROM + afterMs,
  raisedAtMs: FROM + afterMs,
  clearedAtMs: null,
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
  unacknowledgedSinceMs: FROM + afterMs,
  ...over,
});
async function stats(raises: Annunciation[], over: { observedSinceMs?: number; nowMs?: number; toMs?: number } = {}) {
  const stream = async function* () {
    yield raises;
  };
  const all = await computeAlertStats(stream(), { fromMs: FROM, toMs: TO, observedSinceMs: FROM, nowMs: TO, ...over });
  return { ...all, kpi: Object.fromEntries(all.kpis.map((kpi) => [kpi.name, kpi])) };
}

describe('the KPIs of alerts', () => {
  it('are averages and worst cases over the whole range, each with its target', async () => {
    const burst = Array.from({ length: 12 }, (_, i) => raise(DAY + i * 10_000));
    const { kpi, total } = await stats([...burst, raise(2 * DAY)]);
    expect(total).toBe(13);
    expect(kpi.alerts_per_hour_average?.value).toBeCloseTo(13 / 720, 10);
    expect(kpi.alerts_per_hour_worst).toMatchObject({ value: 12, target: null, verdict: null });
    expect(kpi.alerts_per_10_minutes_average).toMatchObject({ target: 1, verdict: 'met', reason: null });
    expect(kpi.alerts_per_10_minutes_worst).toMatchObject({ value: 12, target: 10, verdict: 'missed' });
    expect(kpi.share_of_10_minutes_over_10?.value).toBeCloseTo(1 / (30 * 144), 10);
    expect(kpi.top_10_share).toMatchObject({ value: 1, target: 0.05, verdict: 'missed' });
  });

  it('have no verdict with less than 30 days of data, and give the reason', async () => {
    const { kpis, days_of_data } = await stats([raise(29.5 * DAY)], { observedSinceMs: TO - 29.95 * DAY });
    expect(days_of_data).toBe(29.9);
    expect(kpis.every(({ verdict, reason }) => verdict === null && reason !== null)).toBe(true);
    expect(kpis[0]?.reason).toBe('A verdict needs 30 days of data; there are 29');
  });

  it('include top contributors, chattering alerts and the mix of priorities', async () => {
    const many = Array.from({ length: 3 }, (_, i) => raise(i, { chattering: i === 0 }));
    const other = raise(10, { machineId: 'lathe', machineName: 'Lathe', severity: 'critical' });
    const { top_contributors, chattering, priority_mix, kpi } = await stats([...many, other]);
    expect(top_contributors.map(({ machine_id, count, share }) => [machine_id, count, share])).toEqual([
      ['press', 3, 0.75],
      ['lathe', 1, 0.25],
    ]);
    expect(chattering).toMatchObject([{ machine_id: 'press', count: 1 }]);
    expect(kpi.chattering).toMatchObject({ value: 1, verdict: 'missed' });
    expect(priority_mix).toEqual({ critical: 0.25, warning: 0.75 });
    expect(kpi.critical_share).toMatchObject({ value: 0.25, verdict: 'missed' });
  });

  it('count alerts that were active for more than a day, on the worst day', async () => {
    const cleared = (atMs: number, days: number) => raise(atMs, { clearedAtMs: FROM + atMs + days * DAY });
    const { stale, kpi } = await stats([cleared(0, 0.9), cleared(1, 3), cleared(2, 1.5), raise(3)]);
    expect(stale).toBe(3);
    expect(kpi.stale_on_worst_day).toMatchObject({ value: 3, target: 4, verdict: 'met' });
  });

  it('measure the time to acknowledge once per alert, with its newest raise', async () => {
    const acknowledged = { acknowledgedAtMs: FROM + 100_000, unacknowledgedSinceMs: FROM + 90_000 };
    const { kpi, total } = await stats([raise(0, { ...acknowledged, isNewest: false }), raise(95_000, acknowledged)]);
    expect(total).toBe(2);
    expect(kpi.time_to_acknowledge_median?.value).toBeGreaterThan(9.9);
    expect(kpi.time_to_acknowledge_p95?.value).toBeLessThan(10.1);
  });

  it('are empty without alerts or machines', async () => {
    const { kpi, days_of_data, total } = await stats([], { observedSinceMs: Number.POSITIVE_INFINITY });
    expect([total, days_of_data, kpi.alerts_per_hour_average?.value]).toEqual([0, 0, null]);
    const quiet = await stats([]);
    expect(quiet.kpi.alerts_per_hour_average).toMatchObject({ value: 0, verdict: 'met' });
    expect(quiet.kpi.critical_share).toMatchObject({ value: null, verdict: null, reason: 'There was no alert' });
  });

  it('end at the present', async () => {
    const { days_of_data } = await stats([raise(0)], { nowMs: FROM + 10 * MINUTE });
    expect(days_of_data).toBe(0);
  });
});

it('a duration histogram answers any quantile within 1.1 %', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1000, max: 10 * DAY }), { minLength: 1, maxLength: 200 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (durations, quantile) => {
        const histogram = new DurationHistogram();
        for (const duration of durations) histogram.add(duration);
        const exact = durations.sort((a, b) => a - b)[
          Math.max(1, Math.ceil(quantile * durations.length)) - 1
        ] as number;
        const answer = (histogram.quantileSeconds(quantile) as number) * 1000;
        expect(Math.abs(answer - exact) / exact).toBeLessThan(0.011);
      },
    ),
  );
});
