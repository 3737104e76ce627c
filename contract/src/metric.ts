// The catalogue of metrics over HTTP: what is measured, in which unit, how it is shown and what it is held to.

import { z } from 'zod';
import { alertSchema } from './alert.ts';
import { LIMIT_KINDS, type LimitKind } from './alert-terms.ts';
import { ASCENDING_LIMITS } from './limit-sources.ts';
import { lineSchema } from './machine.ts';
import { paginationSchema } from './machine-replies.ts';
import {
  MAX_METRICS,
  MAX_STATE_LENGTH,
  MAX_STATES,
  METRIC_KINDS,
  METRIC_NAME,
  METRIC_STATUSES,
} from './metric-terms.ts';
import { timeSchema } from './time.ts';
import { unitOf } from './units.ts';

export const metricNameSchema = z
  .string()
  .regex(
    METRIC_NAME,
    'must begin with a lower-case letter and have at most 63 lower-case letters, digits and underscores',
  )
  .meta({ example: 'vibration_rms' });

/** Fields of rows, events and envelopes, besides those of alerts. */
const RESERVED = new Set([
  ...Object.keys(alertSchema.shape),
  ...['timestamp', 'time', 'ts', 'quality', 'stats', 'at', 'n', 'count', 'original', 'latest', 'values', 'fields'],
  ...[
    'sensor_type',
    'gateway_id',
    'factory_id',
    'connection',
    'gateway',
    'notification',
    'batch',
    'readings',
    'metrics',
    'units',
  ],
]);

/** Whether a metric must not have this name, because a reply, an event or an envelope has a field of the name. */
export const isReservedMetricName = (name: string): boolean => RESERVED.has(name);

const limits = Object.fromEntries(LIMIT_KINDS.map((kind) => [kind, z.number().nullable()])) as Record<
  LimitKind,
  z.ZodNullable<z.ZodNumber>
>;
export const metricLimitsSchema = z.object(limits).meta({
  id: 'MetricLimits',
  description: 'The limits of one metric, plant-wide or of a machine type. null means no limit.',
});
export type MetricLimits = z.infer<typeof metricLimitsSchema>;

/** Limits that a request sets: null removes a limit, and one that is absent is not changed. */
export const metricLimitsPatchSchema = z
  .strictObject(limits)
  .partial()
  .superRefine((given, context) => {
    const set = ASCENDING_LIMITS.filter((kind) => given[kind] != null);
    for (let i = 1; i < set.length; i++) {
      const [below, above] = [set[i - 1] as LimitKind, set[i] as LimitKind];
      if ((given[below] as number) >= (given[above] as number)) {
        context.addIssue({ code: 'custom', path: [above], message: `must be greater than ${below}` });
      }
    }
  })
  .meta({ id: 'MetricLimitsPatch' });
export type MetricLimitsPatch = z.infer<typeof metricLimitsPatchSchema>;

const unitCodeSchema = z
  .string()
  .refine((code) => unitOf(code) !== null, 'must be a known UCUM code such as Cel or kPa')
  .meta({ description: 'UCUM, case-sensitive.', example: 'mm/s' });
const stateSchema = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(MAX_STATE_LENGTH, `must have at most ${MAX_STATE_LENGTH} characters`);

export const metricSchema = z
  .object({
    name: metricNameSchema,
    label: z.string(),
    unit: z.string().nullable().meta({ description: 'The symbol, as it is shown.', example: '°C' }),
    unit_code: z.string().nullable().meta({
      description: 'UCUM. null without a unit, and for a unit that the server does not know: it cannot be converted.',
      example: 'Cel',
    }),
    display_unit: z.string().nullable().meta({
      description: 'UCUM code of the unit in which the page, messages, CSV and reports show it. null: the stored unit.',
    }),
    kind: z.enum(METRIC_KINDS),
    states: z.array(z.string()).nullable().meta({
      description: 'The names of the states; the index is the code. The list only grows. null for other kinds.',
    }),
    is_free_text: z.boolean().meta({
      description: 'A state that had more than 32 different texts within its first hour: no longer stored.',
    }),
    decimals: z.int(),
    min: z.number().nullable().meta({ description: 'The least plausible value; null means no bound.' }),
    max: z.number().nullable().meta({ description: 'The greatest plausible value; null means no bound.' }),
    limits: metricLimitsSchema,
    group: z.string().nullable(),
    description: z.string().nullable(),
    order: z.int().meta({ description: 'Place in lists: smaller first, then by label.' }),
    status: z.enum(METRIC_STATUSES),
    aliases: z.array(z.string()).meta({ description: 'What devices call it, besides its name.' }),
    merged: z.array(metricNameSchema).meta({ description: 'Metrics that were merged into this one.' }),
    merged_into: metricNameSchema.nullable().meta({ description: 'The metric that has this one as an alias.' }),
    is_built_in: z.boolean().meta({
      description: 'A metric that every plant has, always with the same unit and kind.',
    }),
    machines: z.int().meta({ description: 'How many machines have sent it.' }),
    machine_types: z.array(z.string()).meta({ description: 'The machine types that list it.' }),
    discovered: z
      .object({
        at: timeSchema,
        field: z.string().meta({ description: 'What the device called it.' }),
        gateway: z.string().nullable().meta({ description: 'Id of the gateway that sent it first.' }),
        gateway_name: z.string().nullable(),
      })
      .nullable()
      .meta({ description: 'null for a metric that a person created.' }),
    newest: z
      .object({
        at: timeSchema.meta({ description: 'When it arrived.' }),
        value: z.union([z.number(), z.boolean(), z.string()]),
        machine_id: z.uuid(),
        gateway: z.string().nullable(),
        gateway_name: z.string().nullable(),
        every_seconds: z.number().nullable().meta({ description: 'The usual time between two values of one machine.' }),
      })
      .nullable()
      .meta({ description: 'The newest value since the server started, while the metric is discovered or pending.' }),
    created_at: timeSchema,
    updated_at: timeSchema,
    updated_by: z.string().nullable(),
  })
  .meta({ id: 'Metric' });
export type MetricDefinition = z.infer<typeof metricSchema>;

const fields = {
  label: lineSchema(100),
  unit: lineSchema(20).nullable().meta({
    description: 'A symbol or a usual spelling, which sets `unit_code` where it is understood. null: no unit.',
  }),
  unit_code: unitCodeSchema.nullable(),
  display_unit: unitCodeSchema.nullable(),
  kind: z.enum(METRIC_KINDS),
  states: z.array(stateSchema).max(MAX_STATES).meta({
    description: 'The names of the states in the order of their codes. Names can be added at the end only.',
  }),
  decimals: z.int().min(0).max(10),
  min: z.number().nullable(),
  max: z.number().nullable(),
  limits: metricLimitsPatchSchema,
  group: lineSchema(50).nullable(),
  description: lineSchema(500).nullable(),
  order: z.int().min(0).max(1_000_000),
  aliases: z.array(lineSchema(200)).max(100),
};

export const metricInputSchema = z
  .strictObject(fields)
  .partial()
  .extend({
    name: metricNameSchema.refine(
      (name) => !isReservedMetricName(name),
      'is reserved: replies have a field of this name',
    ),
  })
  .meta({ id: 'NewMetric', description: 'Only the name is required; the kind is gauge if none is given.' });
export type MetricInput = z.infer<typeof metricInputSchema>;

export const metricPatchSchema = z
  .strictObject({
    ...fields,
    status: z.enum(['active', 'retired']).meta({ description: 'Retires the metric, or brings it back.' }),
  })
  .partial()
  .refine((patch) => Object.values(patch).some((value) => value !== undefined), 'must have at least one field')
  .meta({
    id: 'MetricPatch',
    description: '`limits` changes the limits that it has; `aliases` replaces the whole list.',
  });
export type MetricPatch = z.infer<typeof metricPatchSchema>;

export const metricMergeSchema = z
  .strictObject({ from: metricNameSchema, into: metricNameSchema })
  .meta({ id: 'MetricMerge', description: '`from` becomes an alias of `into`.' });

/** An empty value, as forms send it, means no filter. */
const filter = <S extends z.ZodType>(schema: S) =>
  z
    .literal('')
    .transform(() => undefined)
    .or(schema)
    .optional();

export const metricQuerySchema = z.object({
  search: filter(z.string().max(200)).meta({ description: 'Part of the name, label, group, unit or an alias.' }),
  status: filter(z.enum(METRIC_STATUSES)),
  machine_id: filter(z.guid()).meta({
    description: 'Metrics that this machine has: those of the seed, of its type, and those that it has sent.',
  }),
  limit: z.coerce.number().int().min(1).max(MAX_METRICS).default(100),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
});

/** Metrics that were merged into another one are not listed; that one names them. */
export const metricPageSchema = z.object({
  status: z.literal('success'),
  metrics: z.array(metricSchema),
  pagination: paginationSchema,
});
export type MetricPage = z.infer<typeof metricPageSchema>;

export const metricReplySchema = z.object({ status: z.literal('success'), metric: metricSchema });
export type MetricReply = z.infer<typeof metricReplySchema>;

export const metricDeletedSchema = z.object({
  status: z.literal('success'),
  message: z.string(),
  metric: metricSchema.nullable().meta({
    description: 'null where it was deleted; the metric where it was retired instead, because it still arrives.',
  }),
});
export type MetricDeleted = z.infer<typeof metricDeletedSchema>;
