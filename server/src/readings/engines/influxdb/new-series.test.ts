import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SeriesRows } from './influxdb-answers.ts';
import { NewSeries } from './new-series.ts';

const MACHINE = '00000000-0000-4000-8000-00000000000a';
const line = (tags: string, timestampMs: number) => `sensor_readings${tags} n=1i,speed=1 ${timestampMs}000000\n`;

/** A server that shows a series of a day after it was asked for it a number of times. */
function lateServer(tags: Record<string, string>, after: number) {
  const asked = new Map<string, number>();
  return {
    asked,
    async *query(statement: string): AsyncGenerator<SeriesRows> {
      const times = (asked.get(statement) ?? 0) + 1;
      asked.set(statement, times);
      if (times > after) yield { tags, values: [[0, 1]] };
    },
  };
}

test('a write ends when the series is shown, and does not ask for it again on the same day', async () => {
  const server = lateServer({ location: 'Hall A, gate 1', machine_id: MACHINE, sensor_type: '' }, 3);
  const series = new NewSeries((statement) => server.query(statement));
  const lines = line(`,location=Hall\\ A\\,\\ gate\\ 1,machine_id=${MACHINE}`, Date.UTC(2026, 0, 15, 12));
  await series.untilVisible(lines + lines);
  const [[statement, times]] = [...server.asked] as [[string, number]];
  expect(statement).toContain(`"machine_id" = '${MACHINE}'`);
  expect(statement).toContain(`time >= '2026-01-15T00:00:00.000Z' AND time < '2026-01-16T00:00:00.000Z'`);
  expect(times).toBe(4);
  await series.untilVisible(lines);
  expect(server.asked.get(statement)).toBe(4);
  await series.untilVisible(line(`,location=Hall\\ A\\,\\ gate\\ 1,machine_id=${MACHINE}`, Date.UTC(2026, 0, 16)));
  expect(server.asked.size).toBe(2);
});

test('a series is recognised whatever its tags are', async () => {
  const tag = fc.string({ unit: fc.constantFrom('a', ' ', ',', '=', 'ü', '"', "'"), maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(tag, async (location) => {
      const server = lateServer({ location, machine_id: MACHINE }, 0);
      const series = new NewSeries((statement) => server.query(statement));
      const escaped = location.replaceAll(/[,= ]/g, (character) => `\\${character}`);
      await series.untilVisible(line(`${location === '' ? '' : `,location=${escaped}`},machine_id=${MACHINE}`, 0));
      expect([...server.asked.values()]).toEqual([1]);
    }),
  );
});
