// A machine: its description, its connection and its newest values.

import { z } from 'zod';
import { latestReadingSchema } from './reading.ts';
import { timeSchema } from './time.ts';

export const MACHINE_STATUSES = ['active', 'inactive', 'maintenance', 'error'] as const;
export type MachineStatus = (typeof MACHINE_STATUSES)[number];
export const CONNECTIONS = ['online', 'stale', 'never'] as const;
export type Connection = (typeof CONNECTIONS)[number];

/** One line of text: trimmed, from 1 to `max` characters, without control characters. */
export const lineSchema = (max: number) =>
  z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(max, `must have at most ${max} characters`)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are refused
    .regex(/^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$/u, 'must not contain control characters');

export const machineInputSchema = z
  .object({
    name: lineSchema(100),
    location: lineSchema(100),
    sensor_type: lineSchema(50),
    status: z.enum(MACHINE_STATUSES).default('active'),
  })
  .meta({ id: 'NewMachine' });
export type MachineInput = z.infer<typeof machineInputSchema>;

export const machinePatchSchema = z
  .object({
    name: lineSchema(100),
    location: lineSchema(100),
    sensor_type: lineSchema(50),
    status: z.enum(MACHINE_STATUSES),
  })
  .partial()
  .refine((patch) => Object.values(patch).some((value) => value !== undefined), 'must have at least one field')
  .meta({ id: 'MachinePatch' });
export type MachinePatch = z.infer<typeof machinePatchSchema>;

export const machineSchema = z
  .object({
    machine_id: z.uuid(),
    name: z.string(),
    location: z.string(),
    sensor_type: z.string(),
    status: z.enum(MACHINE_STATUSES),
    created_at: timeSchema,
    updated_at: timeSchema,
    last_seen: timeSchema.nullable(),
    connection: z.enum(CONNECTIONS),
    latest: latestReadingSchema.nullable(),
  })
  .meta({ id: 'Machine' });
export type Machine = z.infer<typeof machineSchema>;
