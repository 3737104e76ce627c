// What would become of messages with a profile that is not in force yet.

import { z } from 'zod';
import { profileDraftSchema } from './gateway-profile.ts';
import { INCOMING_OUTCOMES, incomingFaultSchema } from './incoming.ts';
import { aliasSchema } from './machine.ts';
import { timeSchema } from './time.ts';

export const MAX_PREVIEW_MESSAGES = 100;
const MAX_PAYLOAD_CHARACTERS = 262_144;
const MAX_PREVIEW_ALIASES = 50;

export const previewInputSchema = z
  .strictObject({
    profile: profileDraftSchema,
    aliases: z
      .array(z.strictObject({ alias: aliasSchema, machine_id: z.uuid() }))
      .max(MAX_PREVIEW_ALIASES)
      .optional()
      .meta({ description: 'Aliases that machines do not have yet, as if they had them.' }),
    stream_id: z.string().max(200).optional().meta({ description: 'Its newest messages: see `GET /ingest/incoming`.' }),
    messages: z
      .array(
        z.strictObject({
          topic: z.string().max(1000),
          payload: z.string().max(MAX_PAYLOAD_CHARACTERS),
        }),
      )
      .max(MAX_PREVIEW_MESSAGES)
      .optional(),
  })
  .refine(({ stream_id, messages }) => (stream_id === undefined) !== (messages === undefined), {
    path: ['messages'],
    message: 'must be there, or stream_id, but not both',
  })
  .meta({ id: 'ProfilePreviewInput' });
export type PreviewInput = z.infer<typeof previewInputSchema>;

const previewReadingSchema = z.object({
  machine_id: z.uuid().nullable().meta({ description: 'null: the machine would be created, or wait for approval.' }),
  machine: z.string().meta({ description: 'Its name, or its id as sent.' }),
  timestamp: timeSchema,
  values: z.array(
    z.object({
      metric: z.string(),
      value: z.union([z.number(), z.boolean(), z.string()]).nullable().meta({ description: 'null: no number.' }),
      unit: z.string().nullable(),
      quality: z.enum(['good', 'uncertain', 'bad']),
    }),
  ),
});

export const previewReplySchema = z.object({
  status: z.literal('success'),
  results: z
    .array(
      z.object({
        received_at: timeSchema,
        topic: z.string(),
        payload: z.string(),
        outcome: z.enum(INCOMING_OUTCOMES),
        readings: z.array(previewReadingSchema).meta({ description: 'What would be stored. At most 100.' }),
        readings_count: z.int(),
        faults: z.array(incomingFaultSchema).meta({ description: 'At most 100.' }),
      }),
    )
    .meta({ description: 'The newest message first.' }),
  summary: z.object({
    stored: z.int(),
    partly: z.int(),
    refused: z.int(),
    ignored: z.int(),
    faults: z
      .array(incomingFaultSchema.omit({ value: true }).extend({ count: z.int() }))
      .meta({ description: 'The most frequent first.' }),
  }),
});
export type PreviewReply = z.infer<typeof previewReplySchema>;
export type PreviewResult = PreviewReply['results'][number];
