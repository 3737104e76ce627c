// The order of readings, which is judged per machine and metric, and which readings may raise an alert.

import { METRIC_NAMES, type MetricName } from '@gonsters/contract';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AlertPlant, START_MS } from './support/alert-plant.ts';
import { batchOf, type Values } from './support/batch-of.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const HOT = { temperature: 96 };
const NORMAL = { temperature: 60 };

/** Readings that arrive now. Their timestamps are relative to now, in ms. */
function send(plant: AlertPlant, ...readings: readonly (readonly [string, fromNowMs: number, Values])[]): void {
  plant.arrive(batchOf(...readings.map(([id, fromNowMs, values]) => [id, plant.nowMs + fromNowMs, values] as const)));
}

/** All alerts, or those of one machine, oldest first. */
async function story(plant: AlertPlant, machineId?: string) {
  await plant.alerts.whenIdle();
  const { alerts } = await plant.alerts.page({ limit: 1000, ...(machineId === undefined ? {} : { machineId }) });
  return alerts
    .reverse()
    .map(({ metric, state, late, endNotSeen, raisedAtMs, clearedAtMs, raiseCount, readingCount, peakValue }) => ({
      ...{ metric, state, late, endNotSeen, raiseCount, readingCount, peakValue },
      from: raisedAtMs - START_MS,
      to: clearedAtMs === null ? null : clearedAtMs - START_MS,
    }));
}
/** Every announced change that sounds. */
const raisesOf = (plant: AlertPlant, machineId: string) =>
  plant.announced.filter((alert) => alert.machineId === machineId && !alert.late && alert.state === 'active_unacked');

describe('order', () => {
  let plant: AlertPlant;
  let press: string;
  beforeEach(async () => {
    plant = await AlertPlant.open();
    press = await plant.machine();
  });
  afterEach(() => plant.close());

  it.each([0.5, 2, 3, 60])('is kept per metric: another metric that is %s s ahead prevents no alert', async (ahead) => {
    for (let i = 0; i < 12; i++) {
      send(plant, [press, ahead * SECOND, { speed: 1480 }]);
      plant.nowMs += 150;
      send(plant, [press, 0, HOT]);
      plant.nowMs += 350;
    }
    expect(await story(plant)).toEqual([
      {
        metric: 'temperature',
        state: 'active_unacked',
        late: false,
        endNotSeen: false,
        raiseCount: 1,
        readingCount: 12,
        peakValue: 96,
        from: 150,
        to: null,
      },
    ]);
    expect(raisesOf(plant, press)).toHaveLength(1);
  });

  it('is kept per metric: a gateway may send its fast scan group before its slow one', async () => {
    for (let i = 0; i < 5; i++) {
      for (let fast = 4; fast >= 0; fast--) send(plant, [press, -fast * SECOND, { speed: 1480 }]);
      send(plant, [press, -4 * SECOND, HOT]);
      plant.nowMs += 5 * SECOND;
    }
    expect(await story(plant)).toMatchObject([{ state: 'active_unacked', late: false, readingCount: 5 }]);
  });

  it.each([
    ['four minutes', 4 * MINUTE],
    ['half a second', 500],
  ])('is not disturbed by a device whose clock was %s ahead and is corrected', async (_, aheadMs) => {
    for (let i = 0; i < 5; i++) {
      send(plant, [press, aheadMs, NORMAL]);
      plant.nowMs += SECOND;
    }
    send(plant, [press, 0, HOT]);
    expect(await story(plant)).toMatchObject([{ state: 'active_unacked', late: false, from: 5 * SECOND }]);
    plant.nowMs += SECOND;
    send(plant, [press, 0, NORMAL]);
    expect(await story(plant)).toMatchObject([{ state: 'cleared_unacked', to: 6 * SECOND }]);
  });

  it('is not disturbed by the server’s clock that is set back, and delays continue', async () => {
    await plant.settings.update('alert_on_delay_seconds', '5', 'test');
    plant.nowMs += 100 * HOUR;
    send(plant, [press, 0, HOT]);
    plant.nowMs -= 100 * HOUR;
    for (let i = 0; i < 6; i++) {
      plant.nowMs += SECOND;
      send(plant, [press, 0, HOT]);
    }
    expect(await story(plant)).toMatchObject([{ state: 'active_unacked', late: false, from: 6 * SECOND }]);
    expect(plant.alerts.alarmOf(press)).toMatchObject({ severity: 'critical' });
  });

  it('measures delays in effective time, also for a device whose clock is ahead', async () => {
    await plant.settings.update('alert_on_delay_seconds', '5', 'test');
    for (let i = 0; i < 5; i++) {
      send(plant, [press, 3 * SECOND, HOT]);
      plant.nowMs += SECOND;
    }
    expect(await story(plant)).toEqual([]);
    send(plant, [press, 3 * SECOND, HOT]);
    expect(await story(plant)).toMatchObject([{ state: 'active_unacked', from: 5 * SECOND }]);
  });

  it('allows corrections, and repeated readings raise nothing, whatever the device’s clock', async () => {
    for (const aheadMs of [-30 * SECOND, 0, 30 * SECOND]) {
      const machine = await plant.machine(`of ${aheadMs}`);
      const sentMs = plant.nowMs + aheadMs;
      const again = (values: Values) => send(plant, [machine, sentMs - plant.nowMs, values]);
      again(NORMAL);
      plant.nowMs += SECOND;
      again(NORMAL);
      expect(await story(plant, machine)).toEqual([]);
      again(HOT);
      plant.nowMs += SECOND;
      again(HOT);
      again(HOT);
      expect(await story(plant, machine)).toMatchObject([{ state: 'active_unacked', readingCount: 1, raiseCount: 1 }]);
      again(NORMAL);
      expect(await story(plant, machine)).toMatchObject([{ state: 'cleared_unacked' }]);
    }
  });

  it('of late readings gives one silent alert per excursion, and active alerts do not change', async () => {
    send(plant, [press, 0, { temperature: 60, pressure: 100 }]);
    for (let i = 0; i < 17; i++) send(plant, [press, (i - 60) * SECOND, { temperature: 96 + i / 10 }]);
    send(plant, [press, -40 * SECOND, NORMAL]);
    for (let i = 0; i < 5; i++) send(plant, [press, (i - 35) * SECOND, HOT]);
    plant.advance(SECOND);
    expect(await story(plant)).toMatchObject([
      {
        late: true,
        state: 'closed',
        readingCount: 17,
        peakValue: 97.6,
        endNotSeen: false,
        from: -60 * SECOND,
        to: -44 * SECOND,
      },
      { late: true, state: 'closed', readingCount: 5, endNotSeen: true, from: -35 * SECOND, to: -31 * SECOND },
    ]);
    expect(raisesOf(plant, press)).toEqual([]);
    send(plant, [press, SECOND, HOT]);
    const [, , live] = await story(plant);
    send(plant, [press, -20 * SECOND, NORMAL]);
    expect((await story(plant))[2]).toEqual(live);
    expect(live).toMatchObject({ state: 'active_unacked', late: false });
  });

  it('of late readings that arrive backwards gives one alert per excursion as well', async () => {
    send(plant, [press, 0, NORMAL]);
    for (let i = 1; i <= 30; i++) {
      send(plant, [press, -i * SECOND - (plant.nowMs - START_MS), i >= 10 && i < 20 ? HOT : NORMAL]);
      plant.advance(100);
      await plant.alerts.whenIdle();
    }
    plant.advance(SECOND);
    expect(await story(plant)).toMatchObject([
      { late: true, endNotSeen: false, readingCount: 10, from: -19 * SECOND, to: -10 * SECOND },
    ]);
  });
});

describe('the live window', () => {
  let plant: AlertPlant;
  beforeEach(async () => {
    plant = await AlertPlant.open();
  });
  afterEach(() => plant.close());
  /** A gateway that sends every ten minutes. */
  const openSlow = async () => {
    const slow = await plant.machine('slow');
    for (let i = 0; i < 4; i++) {
      send(plant, [slow, 0, NORMAL]);
      plant.nowMs += 10 * MINUTE;
    }
    return slow;
  };

  it('is longer for a machine that sends seldom', async () => {
    const slow = await openSlow();
    send(plant, [slow, -9 * MINUTE, HOT], [slow, -5 * MINUTE, HOT], [slow, 0, NORMAL]);
    expect(await story(plant)).toMatchObject([{ late: false, state: 'cleared_unacked', raiseCount: 1 }]);
    const quick = await plant.machine('quick');
    send(plant, [quick, -9 * MINUTE, HOT], [quick, -5 * MINUTE, HOT], [quick, 0, NORMAL]);
    expect(await story(plant, quick)).toMatchObject([{ late: true, state: 'closed', readingCount: 2 }]);
  });

  it('is stored, and restored after a restart', async () => {
    const slow = await openSlow();
    plant.alerts.tick();
    await plant.alerts.whenIdle();
    await plant.restart('kill');
    send(plant, [slow, -9 * MINUTE, HOT], [slow, 0, NORMAL]);
    expect(await story(plant)).toMatchObject([{ late: false, state: 'cleared_unacked' }]);
  });
});

it('states of an earlier version, which kept order per machine, are restored', async () => {
  const plant = await AlertPlant.open({ alert_on_delay_seconds: '10' });
  try {
    const press = await plant.machine();
    const quiet = {
      active: null,
      pastSinceMs: null,
      criticalSinceMs: null,
      insideSinceMs: null,
      readingCount: 0,
      peakValue: null,
    };
    const pending = { ...quiet, pastSinceMs: START_MS, readingCount: 1, peakValue: 96 };
    const state = JSON.stringify({ newestMs: START_MS, high: pending, low: quiet });
    const evaluations = [{ machineId: press, metric: 'temperature', state }] as const;
    await plant.repository.save({ alerts: [], evaluations, notifications: [] }, null);
    await plant.restart();
    plant.nowMs = START_MS + 10 * SECOND;
    send(plant, [press, -10 * SECOND, HOT]);
    expect(await story(plant)).toEqual([]);
    send(plant, [press, 0, HOT]);
    expect(await story(plant)).toMatchObject([{ state: 'active_unacked', late: false, from: 10 * SECOND }]);
  } finally {
    await plant.close();
  }
});

it('a critical value in a backlog does not escalate an alert, a live one does', async () => {
  const plant = await AlertPlant.open();
  try {
    const press = await plant.machine();
    for (let i = 0; i < 6; i++) {
      send(plant, [press, 0, { pressure: 100 }]);
      plant.nowMs += 10 * SECOND;
    }
    send(plant, [press, 0, { temperature: 81 }]);
    const [raised] = await plant.stored();
    await plant.alerts.acknowledge(raised?.id ?? '', 'olga', null);
    plant.nowMs += HOUR;
    send(plant, [press, -30 * MINUTE, { temperature: 120 }], [press, -20 * MINUTE, { temperature: 96 }]);
    expect(await story(plant)).toMatchObject([{ state: 'active_acked', readingCount: 3, peakValue: 120 }]);
    expect(await plant.stored()).toMatchObject([{ severity: 'warning', escalatedAtMs: null }]);
    send(plant, [press, 0, HOT]);
    expect(await plant.stored()).toMatchObject([
      { severity: 'critical', state: 'active_unacked', escalatedAtMs: plant.nowMs },
    ]);
    // The alert clears at the time of the normal value, and the values after it are another excursion.
    plant.nowMs += HOUR;
    send(plant, [press, -50 * MINUTE, NORMAL], [press, -40 * MINUTE, HOT], [press, -30 * MINUTE, NORMAL]);
    expect(await story(plant)).toMatchObject([
      { state: 'cleared_unacked', to: plant.nowMs - START_MS - 50 * MINUTE },
      { late: true, from: plant.nowMs - START_MS - 40 * MINUTE, endNotSeen: false },
    ]);
    expect(raisesOf(plant, press)).toHaveLength(2);
  } finally {
    await plant.close();
  }
});

it('a delay that began before an outage ends in a silent alert with its original start', async () => {
  const plant = await AlertPlant.open({ alert_on_delay_seconds: '10' });
  try {
    const press = await plant.machine();
    send(plant, [press, 0, HOT]);
    plant.nowMs += HOUR;
    send(plant, [press, -HOUR + 30 * SECOND, HOT], [press, -HOUR + 40 * SECOND, NORMAL]);
    expect(await story(plant)).toMatchObject([{ late: true, from: 0, to: 30 * SECOND, readingCount: 2 }]);
    send(plant, [press, 0, HOT]);
    expect(await story(plant)).toHaveLength(1);
  } finally {
    await plant.close();
  }
});

/** What a metric sends: live readings, and a backlog that is sent between them. */
interface Stream {
  metric: MetricName;
  /** How far the device's clock is ahead, and by how much it is set back before which round. */
  aheadMs: number;
  setBackMs: number;
  setBackAt: number;
  live: readonly boolean[];
  backlog: readonly boolean[];
  /** From this round on one reading of the backlog is sent before or after each live one. */
  backlogFrom: number;
  isBacklogFirst: boolean;
}

it('the alerts of a metric depend only on its own readings, and history never sounds', async () => {
  const pastLimits = fc.array(fc.boolean(), { minLength: 1, maxLength: 14 });
  const streams = fc.subarray([...METRIC_NAMES], { minLength: 2 }).chain((metrics) =>
    fc.tuple(
      ...metrics.map((metric) =>
        fc.record({
          metric: fc.constant(metric),
          aheadMs: fc.constantFrom(-60 * SECOND, -2 * SECOND, 0, 500, 3 * SECOND, 60 * SECOND, 240 * SECOND),
          live: pastLimits,
          setBackMs: fc.constantFrom(0, 1, 500, 3 * SECOND, 240 * SECOND),
          setBackAt: fc.nat(14),
          backlog: fc.oneof(fc.constant([]), pastLimits),
          backlogFrom: fc.nat(6),
          isBacklogFirst: fc.boolean(),
        }),
      ),
    ),
  );
  const plant = await AlertPlant.open({ max_speed_threshold: '2000' });
  let run = 0;
  try {
    await fc.assert(
      fc.asyncProperty(
        streams,
        fc.array(fc.boolean(), { minLength: 1, maxLength: 14 }),
        async (all: Stream[], swaps) => {
          run++;
          plant.nowMs += HOUR;
          const startedMs = plant.nowMs;
          const together = await plant.machine(`together ${run}`);
          const alone = new Map<MetricName, string>();
          for (const { metric } of all) alone.set(metric, await plant.machine(`${metric} ${run}`));
          const rounds = Math.max(
            ...all.flatMap(({ live, backlog, backlogFrom }) => [live.length, backlogFrom + backlog.length]),
          );
          for (let round = 0; round < rounds; round++) {
            plant.nowMs = startedMs + round * SECOND;
            const order = swaps[round % swaps.length] ? all : [...all].reverse();
            for (const stream of order) {
              const { metric, live, backlog, backlogFrom, isBacklogFirst } = stream;
              const of = (isPast: boolean | undefined, fromNowMs: number) => {
                if (isPast === undefined) return;
                const values = { [metric]: valueFor(metric, isPast) };
                send(plant, [together, fromNowMs, values]);
                send(plant, [alone.get(metric) as string, fromNowMs, values]);
              };
              const fromNowMs = -HOUR + (round - backlogFrom) * MINUTE - round * SECOND;
              if (isBacklogFirst) of(backlog[round - backlogFrom], fromNowMs);
              of(live[round], aheadIn(stream, round));
              if (!isBacklogFirst) of(backlog[round - backlogFrom], fromNowMs);
            }
          }
          plant.advance(SECOND);
          await plant.alerts.whenIdle();
          const ofAll = await story(plant, together);
          for (const stream of all) {
            const own = alone.get(stream.metric) as string;
            const ofMetric = await story(plant, own);
            expect(ofAll.filter((alert) => alert.metric === stream.metric)).toEqual(ofMetric);
            const loud = ofMetric.filter((alert) => !alert.late);
            const expected = expectedOf(stream);
            expect(loud.reduce((sum, alert) => sum + alert.raiseCount, 0)).toBe(expected.raises);
            expect(raisesOf(plant, own)).toHaveLength(expected.raises);
            expect(ofMetric.length - loud.length).toBe(expected.silent);
          }
        },
      ),
      { numRuns: 30 },
    );
  } finally {
    await plant.close();
  }
}, 120_000);

const VALUES: Record<string, [normal: number, past: number]> = {
  temperature: [60, 96],
  pressure: [100, 190],
  speed: [1400, 2900],
};
const valueFor = (metric: MetricName, isPast: boolean) => (VALUES[metric] as [number, number])[isPast ? 1 : 0];

/** A device whose clock was not ahead is not set back. */
const aheadIn = ({ aheadMs, setBackMs, setBackAt }: Stream, round: number) =>
  round < setBackAt || aheadMs < 0 ? aheadMs : Math.max(0, aheadMs - setBackMs);

/** Live raises and silent excursions of a stream. The backlog is an hour older than the live readings. */
function expectedOf({ live, backlog }: Stream): { raises: number; silent: number } {
  const begins = (all: readonly boolean[]) => all.filter((isPast, i) => isPast && !all[i - 1]).length;
  return { raises: begins(live), silent: begins(backlog) };
}
