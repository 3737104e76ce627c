import { type Alert, METRIC_NAMES, type Severity } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupAlerts } from './alert-clusters.ts';

const VIEW = { fromMs: 0, toMs: 1000 };
const alert = (timeMs: number, severity: Severity = 'warning') =>
  ({ id: `${timeMs}`, metric: METRIC_NAMES[0], severity, raised_at: new Date(timeMs).toISOString() }) as Alert;

describe('alert marks', () => {
  it('become one where they are too close, with the worst on top', () => {
    const groups = groupAlerts(
      [alert(-5), alert(100), alert(110, 'critical'), alert(500), alert(1001)],
      VIEW,
      1000,
      24,
    );
    expect(groups.map(({ share, alerts }) => [share, alerts.map(({ id }) => id)])).toEqual([
      [0.1, ['110', '100']],
      [0.5, ['500']],
    ]);
  });

  it('never stand closer than asked, and lose none', () => {
    const times = fc
      .array(fc.integer({ min: 0, max: 1000 }), { maxLength: 60 })
      .map((all) => all.sort((a, b) => a - b));
    fc.assert(
      fc.property(times, fc.integer({ min: 50, max: 2000 }), (all, width) => {
        const groups = groupAlerts(
          all.map((time) => alert(time)),
          VIEW,
          width,
          24,
        );
        expect(groups.flatMap(({ alerts }) => alerts)).toHaveLength(all.length);
        groups.forEach(({ share }, i) => {
          if (i > 0) expect((share - (groups[i - 1]?.share ?? 0)) * width).toBeGreaterThanOrEqual(24);
        });
      }),
    );
  });
});
