// A machine that hands its aliases, and if wanted its readings, to another one; and machines that were deleted without their readings.

import { z } from 'zod';
import { machineSchema } from './machine.ts';
import { timeSchema } from './time.ts';

export const successorInputSchema = z
  .strictObject({
    machine_id: z
      .uuid()
      .transform((id) => id.toLowerCase())
      .meta({ description: 'The machine that takes over.' }),
    history: z.boolean().default(false).meta({ description: 'Whether its readings are handed over too.' }),
  })
  .meta({ id: 'Successor' });

/** `running`: readings are being copied. `failed`: the store refused some of them; the reply says why, and nothing was deleted. */
export const HANDOVER_STATES = ['running', 'completed', 'failed'] as const;
export type HandoverState = (typeof HANDOVER_STATES)[number];

/**
 * Why the readings are still at the former machine too. `older_rollups`: it has minutes, hours or days whose single readings have
 * expired, which cannot be copied. `not_supported`: the store of readings cannot delete.
 */
export const KEPT_REASONS = ['older_rollups', 'not_supported'] as const;
export type KeptReason = (typeof KEPT_REASONS)[number];

export const handoverSchema = z
  .object({
    machine_id: z.uuid().meta({ description: 'The machine that had the readings.' }),
    successor_id: z.uuid(),
    state: z.enum(HANDOVER_STATES),
    total_readings: z.int().meta({ description: 'Number of readings at the start.' }),
    copied_readings: z.int(),
    overlapping_values: z.int().meta({
      description: 'Values that were not handed over, because the successor has another value of that metric and time.',
    }),
    kept: z.enum(KEPT_REASONS).nullable().meta({
      description: 'Why the former machine keeps its readings too; null if they are, or will be, deleted there.',
    }),
    fault: z.string().nullable().meta({ description: 'Why it failed.' }),
    started_at: timeSchema,
    finished_at: timeSchema.nullable(),
  })
  .meta({ id: 'Handover' });
export type Handover = z.infer<typeof handoverSchema>;

export const successorReplySchema = z.object({
  status: z.literal('success'),
  message: z.string(),
  machine: machineSchema.meta({ description: 'The successor.' }),
  aliases: z.array(z.string()).meta({ description: 'The aliases that were handed over now.' }),
  aliases_in_use: z.array(z.string()).meta({
    description: 'Aliases of a deleted machine that another machine has meanwhile.',
  }),
  gateways: z.array(z.string()).meta({
    description: 'Names of gateways that may publish for the former machine, but not for the successor.',
  }),
  history: handoverSchema.nullable(),
});

export type SuccessorReply = z.infer<typeof successorReplySchema>;

export const handoverReplySchema = z.object({ status: z.literal('success'), history: handoverSchema });

export const deletedMachineSchema = z
  .object({
    machine_id: z.uuid(),
    aliases: z.array(z.string()),
    name: z.string(),
    location: z.string(),
    sensor_type: z.string(),
    factory_id: z.string().nullable(),
    deleted_at: timeSchema,
  })
  .meta({ id: 'DeletedMachine' });
export type DeletedMachine = z.infer<typeof deletedMachineSchema>;

export const deletedMachinesReplySchema = z.object({
  status: z.literal('success'),
  count: z.int(),
  machines: z.array(deletedMachineSchema),
});
