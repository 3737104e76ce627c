// A reading: what one machine measured at one moment.

import { z } from 'zod';
import { METRICS, type MetricName, perMetric } from './metrics.ts';
import { timeSchema } from './time.ts';

/** Metric values of one moment as sent; a metric that was not measured is absent or null. */
export type MetricValues = { [name in MetricName]?: number | null };

/** A stored reading as it is answered: every metric present, null where not measured. */
export const readingSchema = z
  .object({ timestamp: timeSchema, ...perMetric(() => z.number().nullable()) })
  .meta({ id: 'Reading' });
export type Reading = z.infer<typeof readingSchema>;

/** When each value was measured; a metric without a value is absent. */
export const measuredAtSchema = z
  .object(perMetric(() => timeSchema.optional()))
  .meta({ description: 'When each value was measured; `timestamp` is the newest of these times' });
/** The newest value of each metric, which need not have come in one reading. */
export const latestReadingSchema = readingSchema.extend({ at: measuredAtSchema }).meta({ id: 'LatestReading' });
export type LatestReading = z.infer<typeof latestReadingSchema>;

/** A reading as sent over HTTP or MQTT; `decode` in the server enforces the same rules row by row. */
export const readingInputSchema = z
  .object({
    timestamp: z
      .union([z.string().meta({ format: 'date-time' }), z.number()])
      .optional()
      .meta({
        description: 'ISO 8601 or epoch milliseconds; over MQTT the time of arrival where absent',
      }),
    ...perMetric((_, index) => {
      const metric = METRICS[index] as (typeof METRICS)[number];
      return z
        .number()
        .min(metric.min)
        .max(metric.max)
        .nullish()
        .meta({
          description: `${metric.label.en} in ${metric.unit}; a value that is none or outside the range is left out and named`,
        });
    }),
  })
  .meta({
    id: 'SentReading',
    description: 'At least one metric must have a value that can be stored',
  });

export const INGEST_LIMITS = { machines: 1000, readings: 50_000 } as const;
