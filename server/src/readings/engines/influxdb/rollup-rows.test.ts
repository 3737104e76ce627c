import { METRIC_KINDS } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { metricIndexOf } from '../../../metric-index.ts';
import { emptyPartial } from '../../bucket-partials.ts';
import { originalField, qualityField } from './line-protocol.ts';
import { readDurations, rollupFields, rollupLines, writeDurations } from './rollup-rows.ts';

describe('rollups as they are stored', () => {
  it('read the times in each state as they were written', () => {
    const durations = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 1 })), {
      selector: ([code]) => code,
    });
    fc.assert(
      fc.property(durations, fc.integer({ min: -1, max: 2_000 }), (entries, heldMs) => {
        const read = { ...emptyPartial(0), heldMs: Number.NaN };
        readDurations(writeDurations({ ...emptyPartial(0), durations: new Map(entries), heldMs }), read);
        expect(read.durations).toEqual(new Map(entries));
        // Not stored where it follows from the durations.
        expect(read.heldMs).toBe(heldMs === 0 ? Number.NaN : heldMs);
      }),
    );
  });

  it('have different fields for different metrics, whatever these are called', () => {
    const suffix = fc.constantFrom(
      ...[
        '',
        '_count',
        '_sum',
        '_first',
        '_first_ms',
        '_ms',
        '_last',
        '_last_ms',
        '_value',
        '_quality',
        '_bad',
        '_min',
      ],
    );
    const name = fc.tuple(fc.constantFrom('a', 'b'), suffix, suffix).map((parts) => parts.join(''));
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { minLength: 2, maxLength: 6 }),
        fc.constantFrom(...METRIC_KINDS),
        (names, kind) => {
          const metrics = names.map((each) => ({ metric: metricIndexOf(each), kind }));
          for (const fields of [
            rollupFields(metrics),
            metrics.flatMap(({ metric }) => [qualityField(metric), originalField(metric)]),
          ]) {
            expect(new Set(fields).size).toBe(fields.length);
          }
        },
      ),
    );
  });

  it('write a count of 0, which replaces an earlier one, and nothing else of values that became bad', () => {
    const metric = metricIndexOf('flow');
    const rollups = {
      readings: new Map([[60_000, 2]]),
      partials: new Map([[metric, [{ ...emptyPartial(60_000), bad: 2 }]]]),
    };
    expect(rollupLines('1m', 'm', rollups, () => 'gauge')).toEqual([
      'sensor_readings_1m,machine_id=m n=2i,flow_count=0i,flow_bad=2i 60000000000\n',
    ]);
  });
});
