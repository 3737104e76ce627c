// Ingest over HTTP, rejected data, and unknown machines.

import { z } from 'zod';
import { faultSchema } from './error.ts';
import { lineSchema, nameSchema } from './name.ts';
import { INGEST_LIMITS, readingInputSchema } from './reading.ts';
import { timeSchema } from './time.ts';

/** The readings of one machine in a batch. */
const machineReadingsSchema = z.object({
  machine_id: z.string().meta({ description: 'The id, an alias or the name of a machine.', example: 'PRESS-07' }),
  sensor_type: z.string(),
  location: z.string(),
  readings: z.array(readingInputSchema.required({ timestamp: true })).min(1),
});

export const ingestBatchSchema = z
  .object({
    gateway_id: lineSchema(100),
    timestamp: z.string().meta({ format: 'date-time', description: 'When the gateway sent the batch.' }),
    as_read: z.boolean().optional().meta({
      description: 'true: a person has read the values. They are stored as they are, without calibration offsets.',
    }),
    batch: z.array(machineReadingsSchema).min(1).max(INGEST_LIMITS.machines),
  })
  .meta({
    id: 'IngestBatch',
    description: `At most ${INGEST_LIMITS.machines} machines and ${INGEST_LIMITS.readings} readings.`,
  });
export type IngestBatch = z.input<typeof ingestBatchSchema>;

/** `partial`: some readings or values of the machine were rejected. `rejected`: all of them were. */
export const INGEST_OUTCOMES = ['success', 'partial', 'rejected'] as const;

const summaryShape = {
  message: z.string(),
  summary: z.object({
    gateway_id: z.string(),
    total_machines: z.int().meta({ description: 'Number of machines of which readings were stored.' }),
    total_readings: z.int().meta({ description: 'Number of stored readings; rejected values are missing from them.' }),
    rejected_readings: z.int().meta({ description: 'Number of readings of which nothing was stored.' }),
    processed_at: timeSchema,
  }),
  details: z.array(
    z.object({
      machine_id: z.string(),
      readings_count: z.int().meta({ description: 'Number of stored readings.' }),
      status: z.enum(INGEST_OUTCOMES),
    }),
  ),
};

export const ingestReplySchema = z
  .object({ status: z.literal('success'), ...summaryShape })
  .meta({ id: 'IngestReply' });
export const ingestPartialReplySchema = z
  .object({ status: z.literal('partial_success'), ...summaryShape, errors: z.array(faultSchema) })
  .meta({ id: 'IngestPartialReply' });
export type IngestReply = z.infer<typeof ingestReplySchema>;
export type IngestPartialReply = z.infer<typeof ingestPartialReplySchema>;

/** A payload that can never be stored, or the readings or values of one. */
export const rejectedPayloadSchema = z
  .object({
    received_at: timeSchema,
    source: z.enum(['mqtt', 'http']),
    gateway_id: z.uuid().nullable().meta({ description: 'The gateway that signed in; null for other senders.' }),
    gateway_name: z.string().nullable(),
    topic: z.string(),
    reason: z.string().meta({ example: 'out_of_range' }),
    metric: z
      .string()
      .nullable()
      .meta({ description: 'The metric whose value was rejected; null if the reason does not concern a value.' }),
    value: z
      .union([z.string(), z.number(), z.boolean()])
      .nullable()
      .meta({ description: 'The first value that was rejected; NaN and infinities as text.' }),
    payload: z.string().meta({ description: 'The first 1 kB; characters that cannot be printed are escaped.' }),
  })
  .meta({ id: 'RejectedPayload' });
export type RejectedPayload = z.infer<typeof rejectedPayloadSchema>;

export const rejectedQuerySchema = z.object({
  reason: z.string().max(50).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.string().max(20).optional(),
});

export const rejectedPageSchema = z.object({
  status: z.literal('success'),
  rejected: z.array(rejectedPayloadSchema),
  counts: z
    .record(z.string(), z.int())
    .meta({ description: 'Number of values, readings or payloads since the start of the server, by reason.' }),
  next_cursor: z.string().nullable(),
});

/** A machine that sends readings but has not been added. */
export const unknownMachineSchema = z
  .object({
    machine_id: z.uuid().meta({ description: 'The id that the machine will have.' }),
    id: z.string().meta({ description: 'As the device sends it; it becomes an alias if it is not a UUID.' }),
    first_seen: timeSchema,
    last_seen: timeSchema,
    readings_count: z.int(),
    topic: z.string(),
    suggestion: z.object({ name: z.string(), location: z.string(), sensor_type: z.string() }),
  })
  .meta({ id: 'UnknownMachine' });
export type UnknownMachine = z.infer<typeof unknownMachineSchema>;

/** What happens with readings of unknown machines: `off` rejects them, `approve` keeps them until a user accepts the machine, `on` creates it. */
export const PROVISION_MODES = ['off', 'approve', 'on'] as const;
export type ProvisionMode = (typeof PROVISION_MODES)[number];

export const unknownMachinesReplySchema = z.object({
  status: z.literal('success'),
  auto_provision: z.enum(PROVISION_MODES).meta({ description: 'AUTO_PROVISION of the server.' }),
  machines: z.array(unknownMachineSchema),
});
export type UnknownMachinesReply = z.infer<typeof unknownMachinesReplySchema>;

export const acceptMachineSchema = z
  .object({ name: nameSchema(100), location: nameSchema(100), sensor_type: nameSchema(50) })
  .partial()
  .meta({ id: 'AcceptMachine', description: 'Absent fields are taken from the suggestion.' });
export type AcceptMachine = z.infer<typeof acceptMachineSchema>;
