// Key figures of the alert system, with their ISA-18.2 targets.

import { z } from 'zod';
import { SEVERITIES } from './alert-terms.ts';
import { timeSchema } from './time.ts';

export const ALERT_KPIS = [
  'alerts_per_day_average',
  'alerts_per_day_worst',
  'alerts_per_hour_average',
  'alerts_per_hour_worst',
  'alerts_per_10_minutes_average',
  'alerts_per_10_minutes_worst',
  'share_of_10_minutes_over_10',
  'hours_over_30',
  'flood_share',
  'floods',
  'top_10_share',
  'chattering',
  'fleeting',
  'stale_on_worst_day',
  'time_to_acknowledge_median',
  'time_to_acknowledge_p95',
  'critical_share',
  'suppressed',
  'shelved',
  'unaudited_limit_changes',
] as const;
export type AlertKpiName = (typeof ALERT_KPIS)[number];

export const alertKpiSchema = z
  .object({
    name: z.enum(ALERT_KPIS),
    value: z.number().nullable().meta({ description: 'null if there was nothing to count.' }),
    unit: z
      .enum(['alerts', 'share', 'seconds', 'count'])
      .meta({ description: 'The unit of `value`. A share is from 0 to 1.' }),
    target: z
      .number()
      .nullable()
      .meta({ description: 'The highest value that meets the target; null if ISA-18.2 sets no target.' }),
    acceptable: z
      .number()
      .nullable()
      .meta({ description: 'ISA-18.2 clause 16, "very likely to be acceptable"; null if it sets none.' }),
    manageable: z.number().nullable().meta({
      description: 'ISA-18.2 clause 16, "maximum manageable"; null where the standard has one target only.',
    }),
    verdict: z.enum(['met', 'missed']).nullable(),
    reason: z.string().nullable().meta({ description: 'Why there is no verdict.' }),
  })
  .meta({ id: 'AlertKpi' });
export type AlertKpi = z.infer<typeof alertKpiSchema>;

const contributorSchema = z.object({
  machine_id: z.uuid().nullable(),
  machine_name: z.string(),
  metric: z.string(),
  count: z.number().int(),
  share: z.number(),
});

export const alertStatsSchema = z
  .object({
    from: timeSchema,
    to: timeSchema,
    days_of_data: z.number(),
    total: z
      .number()
      .int()
      .meta({ description: 'Annunciated raises; late, suppressed and shelved ones are not counted.' }),
    kpis: z.array(alertKpiSchema),
    top_contributors: z.array(contributorSchema),
    chattering: z.array(contributorSchema).meta({ description: 'The ten that chatter most.' }),
    stale: z.number().int().meta({ description: 'Alerts that were active for more than 24 hours.' }),
    priority_mix: z.object(
      Object.fromEntries(SEVERITIES.map((severity) => [severity, z.number()])) as Record<
        (typeof SEVERITIES)[number],
        z.ZodNumber
      >,
    ),
  })
  .meta({ id: 'AlertStats' });
export type AlertStats = z.infer<typeof alertStatsSchema>;
