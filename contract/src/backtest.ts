// A back-test: what conditions would have raised in stored readings, beside what the limits in force raise in the same readings.

import { z } from 'zod';
import { LIMIT_KINDS, SEVERITIES } from './alert-terms.ts';
import { onlyWhileSchema } from './condition.ts';
import { lineSchema } from './machine.ts';
import { metricLimitsPatchSchema } from './metric.ts';
import { timeInputSchema, timeSchema } from './time.ts';

/** A week of seconds. */
const MAX_DELAY_SECONDS = 604_800;
const delaySchema = z.number().min(0).max(MAX_DELAY_SECONDS);
const durationSchema = z.number().positive().max(MAX_DELAY_SECONDS);
const MAX_MACHINES = 1000;
export const MAX_BACKTEST_RAISES = 2000;

/** The condition to try, with the parameters of its kind. `level`, the default, is about the four limits. */
const triedConditionSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('level') }),
    z.strictObject({
      kind: z.literal('rate_of_change'),
      units_per_minute: z.number().positive(),
      window_seconds: durationSchema,
      direction: z.enum(['rise', 'fall', 'either']).default('either'),
      severity: z.enum(SEVERITIES).default('warning'),
    }),
    z.strictObject({
      kind: z.literal('stuck'),
      duration_seconds: durationSchema,
      epsilon: z.number().min(0).default(0),
      severity: z.enum(SEVERITIES).default('warning'),
    }),
    z.strictObject({
      kind: z.literal('state'),
      values: z.array(z.string().trim().min(1).max(100)).min(1).max(50),
      duration_seconds: delaySchema.default(0),
      severity: z.enum(SEVERITIES).default('warning'),
    }),
    z.strictObject({
      kind: z.literal('no_count'),
      duration_seconds: durationSchema,
      severity: z.enum(SEVERITIES).default('warning'),
    }),
  ])
  .meta({ id: 'TriedCondition' });
export type TriedCondition = z.infer<typeof triedConditionSchema>;

export const backtestRequestSchema = z
  .strictObject({
    metric: lineSchema(100),
    machine_ids: z.array(z.uuid().toLowerCase()).min(1).max(MAX_MACHINES).optional(),
    sensor_type: lineSchema(50)
      .optional()
      .meta({ description: 'Every machine of the type, instead of `machine_ids`.' }),
    from: timeInputSchema,
    to: timeInputSchema,
    limits: metricLimitsPatchSchema.optional().meta({
      description: 'Limits that replace those in force. null: no such limit; one that is absent stays as it is.',
    }),
    on_delay_seconds: delaySchema.optional(),
    off_delay_seconds: delaySchema.optional(),
    deadband_percent: z.number().min(0).max(100).optional(),
    deadband: z.number().min(0).optional().meta({ description: 'In the unit of the metric; instead of a percentage.' }),
    only_while: onlyWhileSchema.nullable().optional(),
    condition: triedConditionSchema.optional(),
  })
  .superRefine((request, context) => {
    const fault = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (request.machine_ids === undefined && request.sensor_type === undefined)
      fault('machine_ids', 'machine_ids or sensor_type must be given');
    if (request.machine_ids !== undefined && request.sensor_type !== undefined)
      fault('sensor_type', 'must not be given together with machine_ids');
    if (request.from >= request.to) fault('from', 'must be before to');
    if (request.deadband !== undefined && request.deadband_percent !== undefined)
      fault('deadband', 'must not be given together with deadband_percent');
  })
  .meta({ id: 'BacktestRequest', description: 'What is absent is as it is in force on each machine.' });
export type BacktestRequest = z.infer<typeof backtestRequestSchema>;

const figuresSchema = z.object({
  raises: z.number().int(),
  seconds_in_alarm: z.number().meta({ description: 'Of all machines together.' }),
  chattering: z.number().int().meta({
    description: 'Raises that were at least the third of their condition within a minute.',
  }),
  worst_10_minutes: z
    .number()
    .int()
    .meta({ description: 'The most raises in any 10 minutes, of all machines together.' }),
});
export type BacktestFigures = z.infer<typeof figuresSchema>;

const backtestRaiseSchema = z.object({
  machine_id: z.uuid(),
  raised_at: timeSchema.meta({ description: 'As raised now; as it would be raised where it is raised only then.' }),
  cleared_at: timeSchema.nullable().meta({ description: 'null: still active at the end of the range.' }),
  peak: z.number().nullable(),
  severity: z.enum(SEVERITIES).meta({ description: 'The one that it would have; for one that is gone, the one now.' }),
  limit_kind: z.enum([...LIMIT_KINDS, 'stale']),
  change: z.enum(['kept', 'gone', 'new']).meta({ description: '`new`: not raised now.' }),
  kept: z.boolean().meta({ description: 'Whether it would be raised.' }),
  would_raise_at: timeSchema.nullable(),
  would_clear_at: timeSchema.nullable(),
  instead_of: z.number().int().meta({ description: 'How many raises of now it replaces; 0 where it is gone or new.' }),
  found_after_seconds: z.number().nullable().meta({
    description: 'How much later than now it would be raised; negative if earlier. null where it is gone or new.',
  }),
  reason_code: z
    .enum([
      'not_past_limit',
      'no_limit',
      'shorter_than_on_delay',
      'inside_deadband',
      'within_off_delay',
      'part_of_earlier',
      'not_met',
    ])
    .nullable()
    .meta({ description: 'Why it is gone; null if it is not.' }),
  reason: z
    .string()
    .nullable()
    .meta({ description: 'Why it is gone, or in which way it differs; null if it is the same.' }),
});
export type BacktestRaise = z.infer<typeof backtestRaiseSchema>;

export const backtestResultSchema = z
  .object({
    from: timeSchema,
    to: timeSchema,
    machines: z.number().int(),
    readings: z.number().int().meta({ description: 'Values of the metric that were read.' }),
    took_ms: z.number(),
    now: figuresSchema.meta({ description: 'With the limits, delays and deadband that are in force now.' }),
    would: figuresSchema.meta({ description: 'With those of the request.' }),
    happened: z.object({
      raises: z.number().int().meta({ description: 'Raises that were annunciated in the range.' }),
      at: z.array(timeSchema).meta({ description: `Their times, at most ${MAX_BACKTEST_RAISES}, the oldest first.` }),
    }),
    excursions: z.object({
      true: z.number().int().meta({ description: 'Excursions that people had to act on; see decision 96.' }),
      found: z.number().int().meta({ description: 'Those that would be raised.' }),
      latest_seconds: z
        .number()
        .nullable()
        .meta({ description: 'The longest that one would be raised later than now.' }),
      allowed_seconds: z.number().meta({ description: 'The time to respond; 300 where none is described.' }),
    }),
    raises: z.array(backtestRaiseSchema).meta({
      description: `In the order of time, at most ${MAX_BACKTEST_RAISES}: the first ones.`,
    }),
    truncated: z.boolean(),
    notes: z
      .array(z.string())
      .meta({ description: 'What limits the result, such as readings that are not stored any more.' }),
  })
  .meta({ id: 'BacktestResult' });
export type BacktestResult = z.infer<typeof backtestResultSchema>;

export const backtestJobSchema = z
  .object({
    id: z.uuid(),
    state: z.enum(['waiting', 'running', 'done', 'failed', 'cancelled']),
    progress: z.number().meta({ description: 'From 0 to 1.' }),
    created_at: timeSchema,
    error: z.string().nullable().meta({ description: 'Why it failed.' }),
  })
  .meta({ id: 'BacktestJob', description: 'A back-test is kept for an hour.' });
export type BacktestJob = z.infer<typeof backtestJobSchema>;

/** 200: `result` is there. 202: it is not there yet, see the job. */
export const backtestReplySchema = z
  .object({ status: z.literal('success'), job: backtestJobSchema, result: backtestResultSchema.nullable() })
  .meta({ id: 'BacktestReply' });
export type BacktestReply = z.infer<typeof backtestReplySchema>;
