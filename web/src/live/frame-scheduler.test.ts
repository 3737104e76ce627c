import { describe, expect, it } from 'vitest';
import { type FrameHost, FrameScheduler } from './frame-scheduler.ts';

/** A page whose time stands still until told; frames come every 16 ms. */
function fakePage() {
  let nowMs = 0;
  let next = 1;
  const due = new Map<number, { atMs: number; callback: () => void }>();
  const plan = (callback: () => void, delayMs: number) => {
    due.set(next, { atMs: nowMs + delayMs, callback });
    return next++;
  };
  let hidden = false;
  const host: FrameHost = {
    now: () => nowMs,
    hidden: () => hidden,
    requestFrame: (callback) => plan(callback, 16),
    cancelFrame: (id) => due.delete(id),
    setTimer: plan,
    clearTimer: (id) => due.delete(id),
  };
  const advance = (ms: number) => {
    const until = nowMs + ms;
    for (;;) {
      const [first] = [...due].sort((a, b) => a[1].atMs - b[1].atMs);
      if (!first || first[1].atMs > until) break;
      due.delete(first[0]);
      nowMs = first[1].atMs;
      first[1].callback();
    }
    nowMs = until;
  };
  const hide = (next: boolean) => {
    hidden = next;
  };
  return { host, advance, hide, planned: () => due.size };
}

describe('the frame scheduler', () => {
  it('asks for nothing while nothing is marked', () => {
    const page = fakePage();
    new FrameScheduler(page.host).add(() => {}, 10);
    expect(page.planned()).toBe(0);
  });

  it('draws on the next frame after a quiet time', () => {
    const page = fakePage();
    let draws = 0;
    const drawing = new FrameScheduler(page.host).add(() => draws++, 2);
    drawing.mark();
    page.advance(16);
    expect(draws).toBe(1);
    expect(page.planned()).toBe(0);
  });

  it.each([2, 10])('draws at most %i times a second however often it is marked', (hz) => {
    const page = fakePage();
    let draws = 0;
    const drawing = new FrameScheduler(page.host).add(() => draws++, hz);
    for (let ms = 0; ms < 10_000; ms += 5) {
      drawing.mark();
      page.advance(5);
    }
    expect(draws).toBeLessThanOrEqual(hz * 10 + 1);
    expect(draws).toBeGreaterThanOrEqual(hz * 8);
  });

  it('keeps each drawing to its own rate', () => {
    const page = fakePage();
    const scheduler = new FrameScheduler(page.host);
    const draws = { chart: 0, text: 0 };
    const chart = scheduler.add(() => draws.chart++, 10);
    const text = scheduler.add(() => draws.text++, 2);
    for (let ms = 0; ms < 5_000; ms += 10) {
      chart.mark();
      text.mark();
      page.advance(10);
    }
    expect(draws.chart).toBeGreaterThan(40);
    expect(draws.text).toBeLessThanOrEqual(11);
  });

  it('draws the last mark even when it came right after a drawing', () => {
    const page = fakePage();
    let shown = 0;
    let value = 1;
    const drawing = new FrameScheduler(page.host).add(() => {
      shown = value;
    }, 2);
    drawing.mark();
    page.advance(20);
    value = 2;
    drawing.mark();
    page.advance(600);
    expect(shown).toBe(2);
  });

  it('draws nothing in a hidden tab, plans nothing for it, and draws what changed once it is seen again', () => {
    const page = fakePage();
    const scheduler = new FrameScheduler(page.host);
    let draws = 0;
    const drawing = scheduler.add(() => draws++, 10);
    drawing.mark();
    page.advance(16);
    drawing.mark();
    page.hide(true);
    scheduler.onVisibility();
    expect(page.planned()).toBe(0);
    for (let ms = 0; ms < 1000; ms += 10) {
      drawing.mark();
      page.advance(10);
    }
    expect(draws).toBe(1);
    page.hide(false);
    scheduler.onVisibility();
    page.advance(16);
    expect(draws).toBe(2);
  });

  it('draws what is nearly due with a frame that comes anyway', () => {
    const page = fakePage();
    const scheduler = new FrameScheduler(page.host);
    const frames: string[] = [];
    const chart = scheduler.add(() => frames.push(`chart ${page.host.now()}`), 10);
    const text = scheduler.add(() => frames.push(`text ${page.host.now()}`), 2);
    text.mark();
    page.advance(16);
    page.advance(440);
    text.mark();
    chart.mark();
    page.advance(100);
    expect(frames).toEqual(['text 16', 'chart 472', 'text 472']);
  });

  it('never draws what was removed', () => {
    const page = fakePage();
    let draws = 0;
    const drawing = new FrameScheduler(page.host).add(() => draws++, 10);
    drawing.mark();
    drawing.remove();
    page.advance(100);
    drawing.mark();
    page.advance(100);
    expect(draws).toBe(0);
  });

  it('draws the others when one fails, and lets the failure be seen', () => {
    const page = fakePage();
    const scheduler = new FrameScheduler(page.host);
    let draws = 0;
    const broken = scheduler.add(() => {
      throw new Error('broken');
    }, 10);
    const sound = scheduler.add(() => draws++, 10);
    broken.mark();
    sound.mark();
    expect(() => page.advance(20)).toThrow('broken');
    expect(draws).toBe(1);
  });

  it('draws again after stop and a new mark', () => {
    const page = fakePage();
    const scheduler = new FrameScheduler(page.host);
    let draws = 0;
    const drawing = scheduler.add(() => draws++, 10);
    drawing.mark();
    scheduler.stop();
    page.advance(100);
    expect(draws).toBe(0);
    drawing.mark();
    page.advance(100);
    expect(draws).toBe(1);
  });
});
