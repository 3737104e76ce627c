// An alert: one abnormal condition of one machine and metric over time (ISA-18.2, OPC UA Part 9).

import { z } from 'zod';
import {
  ALERT_CONDITIONS,
  ALERT_STATES,
  LIMIT_KINDS,
  type LimitKind,
  SEVERITIES,
  SUPPRESSION_REASONS,
  TOLD_STATES,
} from './alert-terms.ts';
import { lineSchema } from './machine.ts';
import { perMetric } from './metrics.ts';
import { timeInputSchema, timeSchema } from './time.ts';

export const toldSchema = z
  .object({
    state: z.enum(TOLD_STATES).meta({
      description:
        '`none`: nobody was told, and nobody is going to be. `waiting`: somebody is going to be. `told`: a channel has accepted a message. `nobody`: the alert is critical, its chain has ended, and no message was accepted.',
    }),
    people: z.int().meta({ description: 'How many people or addresses were told.' }),
    last_at: timeSchema.nullable().meta({ description: 'When the newest message was accepted.' }),
    next_at: timeSchema.nullable().meta({ description: 'When the next step of the chain is due.' }),
  })
  .meta({ id: 'AlertTold', description: 'Whether people were told of the alert.' });
export type AlertTold = z.infer<typeof toldSchema>;

export const alertSchema = z
  .object({
    id: z.uuid(),
    seq: z.number().int().meta({
      description: 'Number of the newest change. It increases with every change of any alert.',
    }),
    machine_id: z
      .uuid()
      .nullable()
      .meta({ description: 'null if the alert concerns several machines; see `machine_ids`.' }),
    machine_name: z.string().meta({ description: 'The current one; for a deleted machine the last one.' }),
    location: z.string().meta({ description: 'The current one; for a deleted machine the last one.' }),
    metric: z.string().meta({ description: 'The name of the metric, `connection`, or `gateway`.' }),
    condition: z.enum(ALERT_CONDITIONS).meta({
      description:
        'The kind of condition. `gateway`: a gateway is offline (the metric is `connection`), or most of what it sends is refused (the metric is `gateway`; value and threshold are percentages).',
    }),
    gateway_id: z.uuid().nullable().meta({ description: 'The gateway of the condition `gateway`, else null.' }),
    limit_kind: z.enum([...LIMIT_KINDS, 'stale']).meta({
      description: 'The limit that was exceeded. `stale` for every condition other than `level`.',
    }),
    severity: z.enum(SEVERITIES),
    state: z.enum(ALERT_STATES),
    message: z
      .string()
      .meta({ description: 'A sentence with the machine, the metric, its value and unit, and the limit.' }),
    threshold: z
      .number()
      .nullable()
      .meta({ description: 'The limit that was exceeded at the newest raise or escalation.' }),
    value: z.number().nullable().meta({ description: 'The value at the newest raise or escalation.' }),
    peak: z.number().nullable().meta({ description: 'The worst value of all raises.' }),
    peak_value: z.number().nullable().meta({ description: 'The same as `peak`.' }),
    clears_at: z.number().nullable().meta({
      description: 'The value at which the condition clears: the limit less the deadband. null if there is none.',
    }),
    reading_count: z.number().int().meta({ description: 'Number of readings beyond the limit so far.' }),
    raises: z.number().int().meta({ description: 'How often it became active.' }),
    raise_count: z.number().int().meta({ description: 'The same as `raises`.' }),
    chattering: z.boolean().meta({ description: 'It became active at least three times within a minute.' }),
    machine_ids: z.array(z.uuid()).meta({ description: 'The machines that the alert concerns.' }),
    first_raised_at: timeSchema,
    raised_at: timeSchema.meta({ description: 'Time of the newest raise.' }),
    escalated_at: timeSchema.nullable(),
    cleared_at: timeSchema.nullable(),
    acknowledged_at: timeSchema.nullable(),
    acknowledged_by: z.string().nullable(),
    acknowledge_note: z.string().nullable(),
    shelved_until: timeSchema.nullable(),
    shelved_by: z.string().nullable(),
    shelve_reason: z.string().nullable(),
    suppressed_by: z.enum(SUPPRESSION_REASONS).nullable().meta({
      description:
        'Why it is suppressed by design: the status of its machine. null where it is not, or until the first reading after that status ended.',
    }),
    late: z.boolean().meta({
      description: 'Found in readings that were out of order, or older than the live window. Such an alert is silent.',
    }),
    end_not_seen: z.boolean().meta({
      description: 'The last known reading is still beyond the limit; `cleared_at` is its time.',
    }),
    condition_id: z.uuid().nullable().meta({
      description: 'The condition that raised it, or that refines the limit. null where there is none.',
    }),
    cause: z.string().nullable().meta({ description: 'Why this happens, as its condition says.' }),
    consequence: z.string().nullable().meta({ description: 'What happens if nobody responds.' }),
    response: z.string().nullable().meta({ description: 'What to do.' }),
    time_to_respond_seconds: z.number().nullable().meta({ description: 'The time in which that helps.' }),
    told: toldSchema.nullable().meta({
      description: 'null where no route tells anybody of it, such as that of a silent alert.',
    }),
    updated_at: timeSchema,
  })
  .meta({ id: 'Alert' });
export type Alert = z.infer<typeof alertSchema>;

export const alertRaiseSchema = z
  .object({
    number: z.number().int().meta({ description: 'Number of the raise within the alert, from 1.' }),
    raised_at: timeSchema,
    cleared_at: timeSchema.nullable(),
    severity: z.enum(SEVERITIES),
    limit_kind: z.enum([...LIMIT_KINDS, 'stale']),
    threshold: z.number().nullable(),
    value: z.number().nullable(),
    peak: z.number().nullable(),
    reading_count: z.number().int().meta({ description: 'Number of readings beyond the limit so far.' }),
    escalation: z
      .object({
        at: timeSchema,
        severity: z.enum(SEVERITIES),
        limit_kind: z.enum([...LIMIT_KINDS, 'stale']),
        threshold: z.number().nullable(),
        value: z.number().nullable(),
      })
      .nullable()
      .meta({ description: 'When it became critical, with the limit that it exceeded then.' }),
  })
  .meta({
    id: 'AlertRaise',
    description: 'One raise of an alert: a time at which it became active, with the limit in force then.',
  });
export type AlertRaise = z.infer<typeof alertRaiseSchema>;

export const acknowledgeSchema = z.object({ note: lineSchema(1000).nullish() }).meta({ id: 'Acknowledge' });
export const shelveSchema = z
  .object({ until: timeInputSchema, reason: lineSchema(500) })
  .meta({ id: 'Shelve', description: '`until` is at most 24 hours ahead.' });

/** Four limits of one metric, in ascending order. null or absent means that the more general rule applies. */
const limitsSchema = z
  .strictObject({
    low_low: z.number().nullish(),
    low: z.number().nullish(),
    high: z.number().nullish(),
    high_high: z.number().nullish(),
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
          message: `must be greater than ${below}`,
        });
      }
    }
  });
export const machineLimitsSchema = z
  .object(perMetric(() => limitsSchema.optional()))
  .catchall(limitsSchema.optional())
  .meta({
    id: 'MachineLimits',
    description:
      'Limits that override more general ones, by the name of the metric. For a metric or limit that is absent the more general rule applies.',
  });
export type MachineLimits = z.infer<typeof machineLimitsSchema>;

/** The limits in force of one metric, after all overrides; null means no limit. */
export type EffectiveLimits = { [kind in LimitKind]: number | null };
const limitsInForceSchema = z.object({
  low_low: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  high_high: z.number().nullable(),
});
export const effectiveLimitsSchema = z
  .object(perMetric(() => limitsInForceSchema))
  .catchall(limitsInForceSchema)
  .meta({
    id: 'EffectiveLimits',
    description:
      'The limits in force, after all overrides, by the name of the metric; null means no limit. Besides the metrics that every plant has, only metrics with a limit are listed.',
  });

export const fleetLimitsSchema = z
  .object({
    status: z.literal('success'),
    plant_wide: effectiveLimitsSchema,
    others: z.array(z.object({ effective: effectiveLimitsSchema, machine_ids: z.array(z.uuid()) })),
  })
  .meta({
    id: 'FleetLimits',
    description: 'The limits in force of every machine: those of `plant_wide`, unless `others` lists the machine.',
  });
export type FleetLimits = z.infer<typeof fleetLimitsSchema>;
