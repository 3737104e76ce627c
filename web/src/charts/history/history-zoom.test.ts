import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clampView, isWhole, LEAST_SPAN_MS, pan, spanOf, type TimeSpan, zoomAround } from './history-zoom.ts';

const NOW = Date.UTC(2026, 10, 23);
const wholes = fc
  .tuple(fc.integer({ min: 0, max: 1e10 }), fc.integer({ min: LEAST_SPAN_MS, max: 3e10 }))
  .map(([from, span]): TimeSpan => ({ fromMs: NOW + from, toMs: NOW + from + span }));
const shares = fc.double({ min: 0, max: 1, noNaN: true });
const views = fc.tuple(wholes, shares, shares).map(([whole, a, b]) => {
  const at = (share: number) => whole.fromMs + spanOf(whole) * share;
  return { whole, view: clampView({ fromMs: at(Math.min(a, b)), toMs: at(Math.max(a, b)) }, whole) };
});
const inside = (view: TimeSpan, whole: TimeSpan) =>
  view.fromMs >= whole.fromMs && view.toMs <= whole.toMs && spanOf(view) >= Math.min(LEAST_SPAN_MS, spanOf(whole));

describe('zooming', () => {
  it('never leaves the whole range, however often and wherever', () => {
    const steps = fc.array(fc.tuple(fc.double({ min: 0.05, max: 20, noNaN: true }), shares), { maxLength: 30 });
    fc.assert(
      fc.property(views, steps, ({ whole, view }, all) => {
        let now = view;
        for (const [factor, share] of all) {
          now = zoomAround(now, whole, factor, now.fromMs + spanOf(now) * share);
          expect(inside(now, whole)).toBe(true);
          expect(Number.isInteger(now.fromMs) && Number.isInteger(now.toMs)).toBe(true);
        }
      }),
    );
  });

  it('keeps what is under the pointer under the pointer', () => {
    const whole = { fromMs: NOW, toMs: NOW + 86_400_000 };
    const view = zoomAround(whole, whole, 0.5, NOW + 21_600_000);
    expect(view).toEqual({ fromMs: NOW + 10_800_000, toMs: NOW + 54_000_000 });
    fc.assert(
      fc.property(shares, fc.double({ min: 0.1, max: 0.9, noNaN: true }), (share, factor) => {
        const at = whole.fromMs + spanOf(whole) * share;
        const next = zoomAround(whole, whole, factor, at);
        expect((at - next.fromMs) / spanOf(next)).toBeCloseTo(share, 5);
      }),
    );
  });

  it('comes back to the whole by zooming out', () => {
    fc.assert(
      fc.property(views, ({ whole, view }) => {
        let now = view;
        for (let i = 0; i < 60; i++) now = zoomAround(now, whole, 2, (now.fromMs + now.toMs) / 2);
        expect(isWhole(now, whole)).toBe(true);
      }),
    );
  });

  it('moves without changing its width, and stops at the edges', () => {
    fc.assert(
      fc.property(views, fc.double({ min: -1e11, max: 1e11, noNaN: true }), ({ whole, view }, by) => {
        const moved = pan(view, whole, by);
        expect(inside(moved, whole)).toBe(true);
        expect(spanOf(moved)).toBe(spanOf(view));
      }),
    );
  });
});
