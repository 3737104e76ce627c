// Queries for machines over HTTP, and their replies.

import { z } from 'zod';
import { SEVERITIES } from './alert-terms.ts';
import { CONNECTIONS, MACHINE_STATUSES, machineSchema } from './machine.ts';
import { MACHINE_CONDITIONS, MACHINE_SORTS } from './machine-condition.ts';
import { MAX_METRIC_NAME_LENGTH, MAX_METRICS_PER_MACHINE, METRIC_NAME } from './metric-terms.ts';

/** `any`: machines with an active alert about a value. Otherwise those whose worst active alert has this severity. */
export const ALARM_FILTERS = ['any', 'critical', 'warning'] as const;
export type AlarmFilter = (typeof ALARM_FILTERS)[number];
export const MAX_IMPORTED_MACHINES = 10_000;

/** An empty value, as forms send it, means no filter. */
const filter = <S extends z.ZodType>(schema: S) =>
  z
    .literal('')
    .transform(() => undefined)
    .or(schema)
    .optional();

export const machineFilterSchema = z.object({
  location: filter(z.string().max(100)).meta({ description: 'The whole location, without regard to case.' }),
  status: filter(z.enum(MACHINE_STATUSES)),
  sensor_type: filter(z.string().max(50)),
  connection: filter(z.enum(CONNECTIONS)),
  alarm: filter(z.enum(ALARM_FILTERS)).meta({
    description: 'Machines with an active alert about a value: any, or by the severity of the worst one.',
  }),
  search: filter(z.string().max(200)).meta({
    description:
      'Part of the name, an alias, the location, sensor type or id. Hyphens, underscores and spaces count as equal.',
  }),
  own_limits: filter(z.enum(['true', 'false'])).meta({ description: 'Whether the machine has limits of its own.' }),
  sort: z
    .enum(MACHINE_SORTS.flatMap((name) => [name, `-${name}`] as const))
    .default('-created_at')
    .meta({ description: 'A hyphen in front means descending. `condition` has the worst machines first.' }),
});
export const machineQuerySchema = machineFilterSchema.extend({
  fields: z
    .string()
    .max(MAX_METRICS_PER_MACHINE * (MAX_METRIC_NAME_LENGTH + 2))
    .transform((text, context) => {
      if (text === '') return undefined;
      const names = text.split(',').map((name) => name.trim());
      if (names.every((name) => METRIC_NAME.test(name))) return names;
      context.addIssue({ code: 'custom', message: 'must be names of metrics, separated by commas' });
      return z.NEVER;
    })
    .optional()
    .meta({
      description:
        'Names of metrics, separated by commas. `latest` has them besides those of every machine and the headline of the machine type.',
    }),
  limit: z.coerce.number().int().min(1).max(1000).default(10),
  offset: z.coerce.number().int().min(0).max(1_000_000_000).default(0),
});

export const paginationSchema = z.object({
  total_records: z.int(),
  limit: z.int(),
  offset: z.int(),
  has_more: z.boolean(),
});

export const machinePageSchema = z.object({
  status: z.literal('success'),
  count: z.int().meta({ description: 'Number of machines on this page.' }),
  machines: z.array(machineSchema),
  pagination: paginationSchema,
});
export type MachinePage = z.infer<typeof machinePageSchema>;

export const machineReplySchema = z.object({ status: z.literal('success'), machine: machineSchema });
export type MachineReply = z.infer<typeof machineReplySchema>;
export const machineCreatedSchema = machineReplySchema.extend({ message: z.string(), machine_id: z.uuid() });

const counted = z.array(z.object({ name: z.string(), count: z.int() }));
const countOf = <K extends string>(keys: readonly K[]) =>
  z.object(Object.fromEntries(keys.map((key) => [key, z.int()])) as Record<K, z.ZodInt>);

export const machineSummarySchema = z.object({
  status: z.literal('success'),
  total: z.int(),
  by_status: countOf(MACHINE_STATUSES),
  by_connection: countOf(CONNECTIONS),
  by_condition: countOf(MACHINE_CONDITIONS).meta({ description: 'Each machine is counted once, by its condition.' }),
  alerts: countOf(SEVERITIES).meta({ description: 'Active alerts that are neither shelved nor suppressed.' }),
  locations: counted,
  sensor_types: counted,
});
export type MachineSummary = z.infer<typeof machineSummarySchema>;

export const machineImportReplySchema = z.object({
  status: z.literal('success'),
  message: z.string(),
  count: z.int(),
  machine_ids: z.array(z.uuid()).meta({ description: 'In the order of the rows.' }),
  ignored_columns: z
    .array(z.string())
    .meta({ description: 'Columns or fields of the rows that describe nothing that can be imported.' }),
});
