// A machine: its description, its connection and its newest values.

import { z } from 'zod';
import { lineSchema, nameSchema } from './name.ts';
import { latestReadingSchema } from './reading.ts';
import { timeSchema } from './time.ts';

export { lineSchema };

export const MACHINE_STATUSES = ['active', 'inactive', 'maintenance', 'error'] as const;
export type MachineStatus = (typeof MACHINE_STATUSES)[number];
export const CONNECTIONS = ['online', 'stale', 'never'] as const;
export type Connection = (typeof CONNECTIONS)[number];

export const MAX_ALIASES = 50;

/** A name by which devices know a machine. It is compared without regard to case, as names are. */
export const aliasSchema = lineSchema(200);
const aliasesSchema = z
  .array(aliasSchema)
  .max(MAX_ALIASES, `must have at most ${MAX_ALIASES} aliases`)
  .refine((aliases) => new Set(aliases.map(aliasKey)).size === aliases.length, 'must not have an alias twice')
  .meta({
    description: 'Names by which devices know the machine, such as a serial number. Unique in the plant.',
    example: ['PRESS-07', 'SN 4711'],
  });
const aliasKey = (alias: string) => alias.normalize('NFC').toLowerCase();

const factoryIdSchema = lineSchema(100).nullable().meta({ description: 'null: the machine belongs to every factory.' });

/** Whole seconds, with the bounds of the plant-wide setting of this name. */
export const inactivityTimeoutSchema = z.int().min(1).max(2_592_000);

const ownTimeoutSchema = inactivityTimeoutSchema.nullable().meta({
  description: 'Seconds without a reading after which the machine is stale. null: as its type or the plant has it.',
});

const NAME_RULE =
  'Unique in the plant: no other machine has a name that is equal but for case, or that looks the same (UTS 39). Characters that cannot be seen are refused.';

/** A field that it does not have is refused. An import leaves such columns out and says so. */
export const machineInputSchema = z
  .strictObject({
    machine_id: z
      .uuid()
      .transform((id) => id.toLowerCase())
      .optional()
      .meta({ description: 'Of a machine that is brought from elsewhere; otherwise the server chooses.' }),
    name: nameSchema(100).meta({ description: NAME_RULE }),
    location: nameSchema(100),
    sensor_type: nameSchema(50),
    status: z.enum(MACHINE_STATUSES).default('active'),
    aliases: aliasesSchema.optional(),
    factory_id: factoryIdSchema.optional().meta({ description: 'By default that of the user who adds the machine.' }),
    inactivity_timeout: ownTimeoutSchema.optional(),
  })
  .meta({ id: 'NewMachine' });
export type MachineInput = z.infer<typeof machineInputSchema>;

export const machinePatchSchema = z
  .object({
    name: lineSchema(100),
    location: lineSchema(100),
    sensor_type: lineSchema(50),
    status: z.enum(MACHINE_STATUSES),
    aliases: aliasesSchema.meta({ description: 'Replaces all aliases.' }),
    factory_id: factoryIdSchema,
    inactivity_timeout: ownTimeoutSchema,
  })
  .partial()
  .refine((patch) => Object.values(patch).some((value) => value !== undefined), 'must have at least one field')
  .meta({ id: 'MachinePatch' });
export type MachinePatch = z.infer<typeof machinePatchSchema>;

export const machineSchema = z
  .object({
    machine_id: z.uuid(),
    aliases: z.array(z.string()).meta({ description: 'Names by which devices know the machine.' }),
    name: z.string(),
    location: z.string(),
    sensor_type: z.string(),
    status: z.enum(MACHINE_STATUSES),
    status_until: timeSchema.nullable().meta({
      description: 'When it returns to its former status by itself. null: the status has no end.',
    }),
    factory_id: z.string().nullable().meta({ description: 'null: the machine belongs to every factory.' }),
    created_at: timeSchema,
    updated_at: timeSchema,
    last_seen: timeSchema.nullable(),
    connection: z.enum(CONNECTIONS),
    inactivity_timeout: z.int().nullable().meta({
      description:
        'The timeout of this machine alone, in seconds. null: that of its type or of the plant, as `GET /data/machines/{id}/metrics` tells.',
    }),
    latest: latestReadingSchema.nullable(),
  })
  .meta({ id: 'Machine' });
export type Machine = z.infer<typeof machineSchema>;
