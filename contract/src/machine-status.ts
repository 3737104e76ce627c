// The status of several machines at once, with an end.

import { z } from 'zod';
import { lineSchema, MACHINE_STATUSES } from './machine.ts';
import { timeInputSchema } from './time.ts';

/** The end of a status is at most this far ahead: one year. */
export const MAX_STATUS_MS = 366 * 86_400_000;
export const MAX_STATUS_MACHINES = 10_000;

export const machinesStatusSchema = z
  .strictObject({
    status: z.enum(MACHINE_STATUSES),
    location: lineSchema(100).optional().meta({ description: 'All machines of a location, without regard to case.' }),
    sensor_type: lineSchema(50).optional().meta({ description: 'All machines of a type.' }),
    machine_ids: z
      .array(z.uuid().transform((id) => id.toLowerCase()))
      .min(1)
      .max(MAX_STATUS_MACHINES)
      .optional(),
    until: timeInputSchema.nullish().meta({
      description: 'Then each machine returns to the status that it had before. Absent: the status has no end.',
    }),
    reason: lineSchema(500).nullish(),
  })
  .refine(
    ({ location, sensor_type, machine_ids }) =>
      location !== undefined || sensor_type !== undefined || machine_ids !== undefined,
    'must have location, sensor_type or machine_ids',
  )
  .meta({
    id: 'MachinesStatus',
    description: 'Of location, sensor_type and machine_ids, the machines to which all that are given apply.',
  });
export type MachinesStatus = z.infer<typeof machinesStatusSchema>;

export const machinesStatusReplySchema = z.object({
  status: z.literal('success'),
  changed: z.int().meta({ description: 'Machines that have another status or another end than before.' }),
  unchanged: z.int(),
  faults: z
    .array(z.object({ machine_id: z.string(), error: z.string() }))
    .meta({ description: 'Machines of `machine_ids` that do not exist.' }),
});
export type MachinesStatusReply = z.infer<typeof machinesStatusReplySchema>;
