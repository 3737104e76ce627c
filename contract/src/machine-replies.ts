// What can be asked about machines over HTTP, and how it is answered.

import { z } from 'zod';
import { SEVERITIES } from './alert.ts';
import { CONNECTIONS, MACHINE_STATUSES, machineSchema } from './machine.ts';

export const MACHINE_SORTS = ['name', 'location', 'status', 'last_seen', 'created_at'] as const;
export type MachineSort = (typeof MACHINE_SORTS)[number];
export const MAX_IMPORTED_MACHINES = 10_000;

/** An empty value, as a form sends it, filters nothing. */
const filter = <S extends z.ZodType>(schema: S) =>
  z
    .literal('')
    .transform(() => undefined)
    .or(schema)
    .optional();

export const machineFilterSchema = z.object({
  location: filter(z.string().max(100)).meta({ description: 'The whole name of the place, in any case' }),
  status: filter(z.enum(MACHINE_STATUSES)),
  sensor_type: filter(z.string().max(50)),
  connection: filter(z.enum(CONNECTIONS)),
  search: filter(z.string().max(200)).meta({
    description: 'Part of name, location, sensor type or id; a hyphen, an underscore and a space are the same',
  }),
  sort: z
    .enum(MACHINE_SORTS.flatMap((name) => [name, `-${name}`] as const))
    .default('-created_at')
    .meta({ description: 'A hyphen in front for descending' }),
});
export const machineQuerySchema = machineFilterSchema.extend({
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
  count: z.int().meta({ description: 'Machines on this page' }),
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
  alerts: countOf(SEVERITIES).meta({ description: 'Active alerts that are neither shelved nor suppressed' }),
  locations: counted,
  sensor_types: counted,
});
export type MachineSummary = z.infer<typeof machineSummarySchema>;

export const machineImportReplySchema = z.object({
  status: z.literal('success'),
  message: z.string(),
  count: z.int(),
  machine_ids: z.array(z.uuid()).meta({ description: 'In the order of the rows' }),
});
