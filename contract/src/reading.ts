// A reading: what one machine measured at one moment.

import { z } from 'zod';
import { METRICS, type MetricName, perMetric } from './metrics.ts';
import { timeSchema } from './time.ts';

/** The values of a reading as sent; a metric that was not measured is absent or null. */
export type MetricValues = { [name in MetricName]?: number | null };

export const valueQualitySchema = z.record(z.string(), z.enum(['uncertain', 'bad'])).meta({
  description: 'The quality of each value that is not good. A bad value is null.',
});
/** A stored reading in a reply. The metrics of the seed are present, with null for not measured; others where they exist. */
export const readingSchema = z
  .looseObject({
    timestamp: timeSchema,
    ...perMetric(() => z.number().nullable()),
    quality: valueQualitySchema.optional(),
  })
  .meta({ id: 'Reading' });
export type Reading = z.infer<typeof readingSchema>;

/** A value in a reply: `true` or `false`, the name of a state, or a number. null: not measured, or bad. */
export type ShownValue = number | boolean | string | null;

/**
 * The newest value of each metric; the values may come from different readings. Besides the metrics that every machine has,
 * it has one field for each other metric that the machine has sent.
 */
export const latestReadingSchema = z
  .looseObject({
    ...readingSchema.shape,
    at: z.record(z.string(), timeSchema).meta({
      description: 'When each value was measured, by metric; `timestamp` is the newest of all times.',
    }),
    quality: valueQualitySchema.optional(),
  })
  .meta({
    id: 'LatestReading',
    description: 'Further metrics are further fields: a number, true or false, or the name of a state.',
  });
export type LatestReading = z.infer<typeof latestReadingSchema>;

/** A reading as sent over HTTP or MQTT. The server checks the same rules row by row, see `ingest/codecs/decode.ts`. */
export const readingInputSchema = z
  .looseObject({
    timestamp: z
      .union([z.string().meta({ format: 'date-time' }), z.number()])
      .optional()
      .meta({
        description: 'ISO 8601 or epoch milliseconds. Over MQTT it may be absent; then it is the time of arrival.',
      }),
    quality: z
      .record(z.string(), z.enum(['good', 'uncertain', 'bad']))
      .optional()
      .meta({
        description: 'The quality of values by metric; a metric that is absent is good.',
      }),
    ...perMetric((_, index) => {
      const metric = METRICS[index] as (typeof METRICS)[number];
      return z
        .number()
        .min(metric.min)
        .max(metric.max)
        .nullish()
        .meta({
          description: `${metric.label.en} in ${metric.unit}. A value that is not a number is rejected, one outside the range is stored as bad; both are named in the reply.`,
        });
    }),
  })
  .meta({
    id: 'SentReading',
    description:
      'At least one metric must have a value that can be stored. Any other member is a metric as well: a number, true or false, or a text of at most 64 characters.',
  });

/** A reading that names its machine, as devices send it alone or in an array. */
export const plainReadingSchema = z
  .looseObject({
    machine_id: z.string().meta({ description: 'The id, an alias or the name of a machine.', example: 'PRESS-07' }),
    ...readingInputSchema.shape,
  })
  .meta({ id: 'PlainReading' });

/** Most machines and readings in one batch. */
export const INGEST_LIMITS = { machines: 1000, readings: 50_000 } as const;
