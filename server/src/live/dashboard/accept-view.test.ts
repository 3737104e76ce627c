import { FRAMES_VERSION, MAX_DETAIL_MACHINES } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acceptView, hzOf } from './accept-view.ts';

describe('a view', () => {
  it('is accepted within bounds or refused with a reason, whatever was sent', () => {
    const payload = fc.oneof(
      fc.anything(),
      fc.record(
        {
          overview: fc.oneof(fc.boolean(), fc.anything()),
          detail: fc.oneof(fc.array(fc.constantFrom('a', 'b', 'c', 'unknown')), fc.anything()),
          hz: fc.oneof(fc.double(), fc.anything()),
          alerts_since: fc.oneof(fc.nat(), fc.constant(undefined), fc.anything()),
          frames: fc.oneof(fc.constant(FRAMES_VERSION), fc.nat(), fc.anything()),
        },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(payload, (sent) => {
        const check = acceptView(sent, (machineId) => machineId !== 'unknown');
        if (!check.ok) {
          expect(check.reason).not.toBe('');
          return;
        }
        const { detail } = check.view;
        expect(detail.length).toBeLessThanOrEqual(MAX_DETAIL_MACHINES);
        expect(new Set(detail).size).toBe(detail.length);
        expect(detail).not.toContain('unknown');
        expect(hzOf(check.view)).toBeGreaterThanOrEqual(0.2);
        expect(hzOf(check.view)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it.each([
    [1, 1],
    [5, 1],
    [0.6, 0.5],
    [0.34, 1 / 3],
    [0.2, 0.2],
    [1e-9, 0.2],
  ])('of %f Hz is granted %f', (asked, given) => {
    const check = acceptView({ overview: true, detail: [], hz: asked }, () => true);
    expect(check.ok && hzOf(check.view)).toBeCloseTo(given);
  });

  it.each([undefined, FRAMES_VERSION - 1, FRAMES_VERSION + 1])(
    'of a client for frames of version %s has none',
    (frames) => {
      const asked = { overview: true, detail: ['a'], hz: 1, alerts_since: 7, ...(frames && { frames }) };
      const none = { overview: false, detail: [], alertsSince: 7, overviewTicks: 10, knowsFrames: false };
      expect(acceptView(asked, () => true)).toEqual({ ok: true, view: none });
      const alertsOnly = { ...asked, overview: false, detail: [] };
      expect(acceptView(alertsOnly, () => true)).toMatchObject({ ok: true, view: { knowsFrames: true } });
    },
  );

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 0, -1, '1', null])('of %s Hz is refused', (hz) => {
    expect(acceptView({ overview: true, detail: [], hz }, () => true).ok).toBe(false);
  });
});
