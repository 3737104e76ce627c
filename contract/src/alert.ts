// An alert: one abnormal condition of one machine and metric over time (ISA-18.2, OPC UA Part 9).

import { z } from 'zod';
import { ALERT_METRICS, ALERT_STATES, LIMIT_KINDS, type LimitKind, SEVERITIES } from './alert-terms.ts';
import { lineSchema } from './machine.ts';
import { type METRICS, perMetric } from './metrics.ts';
import { timeInputSchema, timeSchema } from './time.ts';

export const alertSchema = z
  .object({
    id: z.uuid(),
    seq: z.number().int().meta({
      description: 'Number of the newest change; grows with every change of any alert',
    }),
    machine_id: z.uuid().nullable().meta({ description: 'null where one alert speaks for many machines' }),
    machine_name: z.string(),
    location: z.string(),
    metric: z.enum(ALERT_METRICS),
    limit_kind: z.enum([...LIMIT_KINDS, 'stale']),
    severity: z.enum(SEVERITIES),
    state: z.enum(ALERT_STATES),
    message: z.string(),
    threshold: z.number().nullable(),
    value: z.number().nullable().meta({ description: 'At raise' }),
    peak_value: z.number().nullable(),
    reading_count: z.number().int().meta({ description: 'Readings past the limit so far' }),
    raise_count: z.number().int().meta({ description: 'How often it became active before somebody acknowledged it' }),
    chattering: z.boolean().meta({ description: 'It became active three times within a minute' }),
    machine_ids: z.array(z.uuid()).meta({ description: 'The machines it speaks for' }),
    raised_at: timeSchema,
    escalated_at: timeSchema.nullable(),
    cleared_at: timeSchema.nullable(),
    acknowledged_at: timeSchema.nullable(),
    acknowledged_by: z.string().nullable(),
    acknowledge_note: z.string().nullable(),
    shelved_until: timeSchema.nullable(),
    shelved_by: z.string().nullable(),
    shelve_reason: z.string().nullable(),
    late: z.boolean().meta({
      description: 'Raised by late readings: history only, never a siren',
    }),
    updated_at: timeSchema,
  })
  .meta({ id: 'Alert' });
export type Alert = z.infer<typeof alertSchema>;

export const acknowledgeSchema = z.object({ note: lineSchema(1000).nullish() }).meta({ id: 'Acknowledge' });
export const shelveSchema = z
  .object({ until: timeInputSchema, reason: lineSchema(500) })
  .meta({ id: 'Shelve', description: 'At most 24 hours ahead' });

/** Four limits of one metric; null (or absent) falls back to the wider rule. */
const limitsOf = (metric: (typeof METRICS)[number]) =>
  z
    .strictObject({
      low_low: z.number().min(metric.min).max(metric.max).nullish(),
      low: z.number().min(metric.min).max(metric.max).nullish(),
      high: z.number().min(metric.min).max(metric.max).nullish(),
      high_high: z.number().min(metric.min).max(metric.max).nullish(),
    })
    .superRefine((limits, context) => {
      const ascending = (['low_low', 'low', 'high', 'high_high'] as const).filter((kind) => limits[kind] != null);
      for (let i = 1; i < ascending.length; i++) {
        const below = ascending[i - 1] as LimitKind;
        const above = ascending[i] as LimitKind;
        if ((limits[below] as number) >= (limits[above] as number)) {
          context.addIssue({
            code: 'custom',
            path: [above],
            message: `Must be greater than ${below}`,
          });
        }
      }
    });
export const machineLimitsSchema = z.strictObject(perMetric((metric) => limitsOf(metric).optional())).meta({
  id: 'MachineLimits',
  description: 'Overrides; a metric or limit left out follows the plant-wide settings',
});
export type MachineLimits = z.infer<typeof machineLimitsSchema>;

/** The limits in force of one metric, all overrides applied. */
export type EffectiveLimits = { [kind in LimitKind]: number | null };
export const effectiveLimitsSchema = z
  .object(
    perMetric(() =>
      z.object({
        low_low: z.number().nullable(),
        low: z.number().nullable(),
        high: z.number().nullable(),
        high_high: z.number().nullable(),
      }),
    ),
  )
  .meta({ id: 'EffectiveLimits', description: 'The limits in force, all overrides applied; null: none' });

export const fleetLimitsSchema = z
  .object({
    status: z.literal('success'),
    plant_wide: effectiveLimitsSchema,
    others: z.array(z.object({ effective: effectiveLimitsSchema, machine_ids: z.array(z.uuid()) })),
  })
  .meta({
    id: 'FleetLimits',
    description: 'What is in force of every machine: plant-wide unless it stands in `others`',
  });
export type FleetLimits = z.infer<typeof fleetLimitsSchema>;
