// Queries for stored readings over HTTP, and their replies.

import { z } from 'zod';
import { paginationSchema } from './machine-replies.ts';
import { METRIC_NAMES, perMetric } from './metrics.ts';
import { latestReadingSchema, valueQualitySchema } from './reading.ts';
import { INTERVALS, MAX_COMPARED_MACHINES } from './reading-rules.ts';
import { missingSchema } from './stored-damage.ts';
import { timeInputSchema, timeSchema } from './time.ts';
import { isTimeZone } from './time-zone.ts';

export const MAX_READINGS_PER_REPLY = 100_000;
export const MAX_COMPARED_POINTS = 10_000;

/** What the schemas of queries need to know of the catalogue of metrics. */
export interface KnownMetrics {
  has(name: string): boolean;
  /** Names for a message; the first ones suffice. */
  names(): Iterable<string>;
}
const MAX_NAMES_IN_MESSAGE = 20;
const MAX_FIELDS = 250;

/** `temperature,speed` or `all`, which is null. Each name that is not a metric gives a fault of its own. */
function fieldsSchema(known: KnownMetrics) {
  return z
    .string()
    .max(20_000)
    .default('all')
    .transform((text, context): string[] | null => {
      const names = [...new Set(text.split(',').map((name) => name.trim()))];
      if (names.includes('all')) return null;
      if (names.length > MAX_FIELDS) {
        context.addIssue({ code: 'custom', message: `must name at most ${MAX_FIELDS} metrics` });
      }
      for (const name of names.filter((each) => !known.has(each)).slice(0, MAX_NAMES_IN_MESSAGE)) {
        context.addIssue({
          code: 'custom',
          message: `must not name ${JSON.stringify(name)}; choose from ${namesOf(known)} or use all`,
        });
      }
      return names;
    })
    .meta({
      description: 'Names of metrics separated by commas, or all: every metric of the machine.',
      example: METRIC_NAMES.join(','),
    });
}

function namesOf(known: KnownMetrics): string {
  const names = [...known.names()];
  const more = names.length - MAX_NAMES_IN_MESSAGE;
  return `${names.slice(0, MAX_NAMES_IN_MESSAGE).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** In the stored unit, or in the one in which the plant shows the metric. */
const UNITS = ['stored', 'display'] as const;
const zoneSchema = z.string().max(100).refine(isTimeZone, 'must be a time zone such as Asia/Jakarta');

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

const readingQueryShape = {
  ...rangeShape,
  interval: intervalSchema.default('raw'),
  tz: zoneSchema.default('UTC').meta({ description: 'The zone of days, weeks and months.' }),
  units: z.enum(UNITS).default('stored').meta({ description: '`display`: in the `display_unit` of the metric.' }),
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
};
export function readingQuerySchema(known: KnownMetrics) {
  return z.object({ ...readingQueryShape, fields: fieldsSchema(known) }).superRefine(startBeforeEnd);
}

export const DELIMITERS = { ',': ',', ';': ';', '|': '|', tab: '\t', '\t': '\t' } as const;
const readingExportQueryShape = {
  ...rangeShape,
  interval: z.enum(INTERVALS).default('raw'),
  format: z.enum(['csv', 'parquet']).default('csv'),
  tz: zoneSchema.default('UTC').meta({
    description: 'The zone of days, weeks and months, and of the times in CSV, which have its offset.',
  }),
  units: z.enum(UNITS).default('display').meta({
    description: '`display`: in the `display_unit` of each metric, which the names of the columns end with.',
  }),
  delimiter: z.enum(Object.keys(DELIMITERS) as (keyof typeof DELIMITERS)[]).default(','),
  decimal: z.enum(['point', 'comma']).default('point').meta({ description: 'The decimal mark in CSV.' }),
  time: z.enum(['iso', 'excel']).default('iso').meta({
    description: '`excel`: local time in CSV as `2026-01-15 17:30:00`, which spreadsheets read as a time.',
  }),
};
/** A parameter that is not known is refused. */
export function readingExportQuerySchema(known: KnownMetrics) {
  return z.strictObject({ ...readingExportQueryShape, fields: fieldsSchema(known) }).superRefine(startBeforeEnd);
}

const compareQueryShape = {
  ...rangeShape,
  machine_ids: z
    .string()
    .max(1000)
    .transform((text) => [...new Set(text.split(',').map((id) => id.trim().toLowerCase()))])
    .pipe(z.array(z.guid()).max(MAX_COMPARED_MACHINES, `must have at most ${MAX_COMPARED_MACHINES} machines`))
    .meta({ description: `Up to ${MAX_COMPARED_MACHINES} ids, separated by commas.` }),
  interval: intervalSchema.default('auto'),
  tz: zoneSchema.default('UTC').meta({ description: 'The zone of days, weeks and months.' }),
  units: z.enum(UNITS).default('stored').meta({ description: '`display`: in the `display_unit` of the metric.' }),
  limit: z.coerce.number().int().min(1).max(MAX_COMPARED_POINTS).default(1000).meta({
    description: 'Most points per machine.',
  }),
};
export function compareQuerySchema(known: KnownMetrics) {
  const metric = z.string().superRefine((name, context) => {
    if (!known.has(name)) context.addIssue({ code: 'custom', message: `must be one of ${namesOf(known)}` });
  });
  return z.object({ ...compareQueryShape, metric }).superRefine(startBeforeEnd);
}

const valueSchema = z.number().nullable();
export const bucketStatsSchema = z.object({ min: valueSchema, max: valueSchema, count: z.int() });
export type BucketStats = z.infer<typeof bucketStatsSchema>;
/** The statistics of a counter, a boolean or a state: see the description of the row. */
const statsSchema = z.looseObject(perMetric(() => bucketStatsSchema.loose().optional()));
const queriedSchema = z.object({ start_time: timeSchema, end_time: timeSchema, interval: z.enum(INTERVALS) });

/** A reading, or a bucket. */
export const readingRowSchema = z
  .looseObject({
    timestamp: timeSchema,
    ...perMetric(() => valueSchema.optional()),
    quality: valueQualitySchema.optional(),
    original: z
      .record(z.string(), z.union([z.number(), z.boolean(), z.string()]))
      .optional()
      .meta({
        description: 'The values that are null because they are bad, as they were sent.',
      }),
    stats: statsSchema.optional(),
  })
  .meta({
    id: 'ReadingRow',
    description:
      'Every metric is a member. Single readings: a number, true or false, or the name of a state. Buckets: a gauge is its ' +
      'mean, a counter its increase, a boolean the share of time in which it was true, a state the last one; `stats` has ' +
      '`min`, `max`, `count` and `last` of a gauge, `last` and `count` of a counter, `true_seconds`, `false_seconds`, ' +
      '`changes`, `last` and `count` of a boolean, and the seconds of each state by its name.',
  });
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
  query: queriedSchema.extend({ fields: z.array(z.string()) }),
  data: z.array(readingRowSchema),
  missing: missingSchema.optional(),
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
  unit: z.string(),
  query: queriedSchema,
  missing: missingSchema.optional(),
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
