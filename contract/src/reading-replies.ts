// Queries for stored readings over HTTP, and their replies.

import { z } from 'zod';
import { paginationSchema } from './machine-replies.ts';
import { METRIC_NAMES, METRICS, type MetricName, perMetric } from './metrics.ts';
import { latestReadingSchema } from './reading.ts';
import { INTERVALS, MAX_COMPARED_MACHINES } from './reading-rules.ts';
import { timeInputSchema, timeSchema } from './time.ts';
import { isTimeZone } from './time-zone.ts';

export const MAX_READINGS_PER_REPLY = 100_000;
export const MAX_COMPARED_POINTS = 10_000;

/** `temperature,speed` or `all`. Each name that is not a metric gives a fault of its own. */
export const fieldsSchema = z
  .string()
  .max(200)
  .default('all')
  .transform((text, context): MetricName[] => {
    const names = text.split(',').map((name) => name.trim());
    if (names.includes('all')) return [...METRIC_NAMES];
    for (const name of names.filter((each) => !METRIC_NAMES.includes(each as MetricName))) {
      context.addIssue({
        code: 'custom',
        message: `must not name ${JSON.stringify(name)}; choose from ${METRIC_NAMES.join(', ')} or use all`,
      });
    }
    return METRIC_NAMES.filter((name) => names.includes(name));
  })
  .meta({ description: 'Names of metrics separated by commas, or all.', example: METRIC_NAMES.join(',') });

const intervalSchema = z.enum([...INTERVALS, 'auto']).meta({
  description: '`auto` chooses the finest interval that gives at most `limit` points.',
});
const rangeShape = {
  start_time: timeInputSchema,
  end_time: timeInputSchema.optional().meta({ description: 'Excluded. Default: the present.' }),
};
const startBeforeEnd = (query: { start_time: number; end_time?: number | undefined }, context: z.RefinementCtx) => {
  if (query.end_time !== undefined && query.start_time >= query.end_time) {
    context.addIssue({ code: 'custom', path: ['start_time'], message: 'must be before end_time' });
  }
};

export const readingQuerySchema = z
  .object({
    ...rangeShape,
    interval: intervalSchema.default('raw'),
    fields: fieldsSchema,
    limit: z.coerce
      .number()
      .int()
      .min(-1)
      .max(MAX_READINGS_PER_REPLY)
      .refine((limit) => limit !== 0, `must be at least 1, or -1 for ${MAX_READINGS_PER_REPLY}`)
      .default(1000)
      .transform((limit) => (limit === -1 ? MAX_READINGS_PER_REPLY : limit)),
    offset: z.coerce.number().int().min(0).max(1_000_000_000_000).default(0),
    order: z.enum(['asc', 'desc']).default('desc'),
  })
  .superRefine(startBeforeEnd);
export type ReadingQuery = z.infer<typeof readingQuerySchema>;

export const DELIMITERS = { ',': ',', ';': ';', '|': '|', tab: '\t', '\t': '\t' } as const;
export const readingExportQuerySchema = z
  .object({
    ...rangeShape,
    interval: z.enum(INTERVALS).default('raw'),
    fields: fieldsSchema,
    format: z.enum(['csv', 'parquet']).default('csv'),
    tz: z
      .string()
      .max(100)
      .refine(isTimeZone, 'must be a time zone such as Asia/Jakarta')
      .default('UTC')
      .meta({ description: 'Time zone of the times in CSV, which have its offset.' }),
    delimiter: z.enum(Object.keys(DELIMITERS) as (keyof typeof DELIMITERS)[]).default(','),
  })
  .superRefine(startBeforeEnd);
export type ReadingExportQuery = z.infer<typeof readingExportQuerySchema>;

export const compareQuerySchema = z
  .object({
    ...rangeShape,
    machine_ids: z
      .string()
      .max(1000)
      .transform((text) => [...new Set(text.split(',').map((id) => id.trim().toLowerCase()))])
      .pipe(z.array(z.guid()).max(MAX_COMPARED_MACHINES, `must have at most ${MAX_COMPARED_MACHINES} machines`))
      .meta({ description: `Up to ${MAX_COMPARED_MACHINES} ids, separated by commas.` }),
    metric: z.enum(METRIC_NAMES as [MetricName, ...MetricName[]]),
    interval: intervalSchema.default('auto'),
    limit: z.coerce.number().int().min(1).max(MAX_COMPARED_POINTS).default(1000).meta({
      description: 'Most points per machine.',
    }),
  })
  .superRefine(startBeforeEnd);
export type CompareQuery = z.infer<typeof compareQuerySchema>;

const valueSchema = z.number().nullable();
export const bucketStatsSchema = z.object({ min: valueSchema, max: valueSchema, count: z.int() });
export type BucketStats = z.infer<typeof bucketStatsSchema>;
const queriedSchema = z.object({ start_time: timeSchema, end_time: timeSchema, interval: z.enum(INTERVALS) });

/** A reading, or a bucket. In a bucket each metric is its mean, and `stats` has minimum, maximum and count. */
export const readingRowSchema = z
  .object({
    timestamp: timeSchema,
    ...perMetric(() => valueSchema.optional()),
    stats: z.object(perMetric(() => bucketStatsSchema.optional())).optional(),
  })
  .meta({ id: 'ReadingRow' });
export type ReadingRow = z.infer<typeof readingRowSchema>;

const machineHeadShape = {
  machine_id: z.uuid(),
  name: z.string(),
  location: z.string(),
  sensor_type: z.string(),
};
export const readingPageSchema = z.object({
  status: z.literal('success'),
  machine: z.object(machineHeadShape),
  query: queriedSchema.extend({ fields: z.array(z.enum(METRIC_NAMES as [MetricName, ...MetricName[]])) }),
  data: z.array(readingRowSchema),
  pagination: paginationSchema.extend({ returned_records: z.int() }),
});
export type ReadingPage = z.infer<typeof readingPageSchema>;

export const latestReplySchema = z.object({
  status: z.literal('success'),
  count: z.int(),
  data: z.array(z.object({ ...machineHeadShape, ...latestReadingSchema.shape })),
});
export type LatestReply = z.infer<typeof latestReplySchema>;

export const compareReplySchema = z.object({
  status: z.literal('success'),
  metric: z.string(),
  unit: z.enum(METRICS.map((metric) => metric.unit)),
  query: queriedSchema,
  timestamps: z.array(timeSchema).meta({ description: 'The common time axis, ascending.' }),
  series: z.array(
    z.object({
      ...machineHeadShape,
      values: z.array(valueSchema).meta({ description: 'One value per timestamp; in a bucket the mean.' }),
      min: z.array(valueSchema),
      max: z.array(valueSchema),
      count: z
        .array(z.int())
        .meta({ description: 'Number of readings of each value, which is the weight for a mean over several.' }),
    }),
  ),
});
export type CompareReply = z.infer<typeof compareReplySchema>;
