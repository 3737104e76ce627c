// Incoming data: what arrives by sender, topic and shape, and what became of it.

import { z } from 'zod';
import { profileDraftSchema } from './gateway-profile.ts';
import { timeSchema } from './time.ts';

/** How a message came: `mqtt` through the embedded broker, `external_mqtt` from a broker elsewhere. */
export const INCOMING_PROTOCOLS = ['mqtt', 'external_mqtt', 'http', 'line_protocol', 'sparkplug'] as const;
export type IncomingProtocol = (typeof INCOMING_PROTOCOLS)[number];

/** `partly`: some readings or values of the message were refused. `ignored`: it is known to carry no readings. */
export const INCOMING_OUTCOMES = ['stored', 'partly', 'refused', 'ignored'] as const;
export type IncomingOutcome = (typeof INCOMING_OUTCOMES)[number];

const outcomeCountsSchema = z.object({
  stored: z.int(),
  partly: z.int(),
  refused: z.int(),
  ignored: z.int(),
});
export type IncomingCounts = z.infer<typeof outcomeCountsSchema>;

export const incomingRefusalSchema = z.object({
  reason: z.string().meta({ example: 'unknown_machine' }),
  error: z.string().meta({ description: 'The reason as a sentence.' }),
  count: z.int().meta({ description: 'Number of messages in the window.' }),
  last_at: timeSchema,
});
export type IncomingRefusal = z.infer<typeof incomingRefusalSchema>;

export const incomingShapeSchema = z.object({
  kind: z.string().meta({
    description:
      'The format as which it is recognised, such as own_batch, own_reading, zigbee2mqtt or line_protocol; otherwise value, not_json or unknown.',
  }),
  fields: z
    .array(z.string())
    .meta({ description: 'Paths of the values, such as d.vib.x or batch[].readings[].value. At most 100.' }),
  text: z.string().meta({ example: 'Nested object, 8 values' }),
});
export type IncomingShape = z.infer<typeof incomingShapeSchema>;

/** Payloads are for Supervisor and up. */
const payloadSchema = z.string().nullable().meta({
  description: 'As text; at most 16 kB. null for roles that may not see payloads.',
});

export const incomingStreamSchema = z
  .object({
    id: z.string(),
    gateway: z
      .object({ id: z.uuid(), name: z.string() })
      .nullable()
      .meta({ description: 'null for senders without credentials of a gateway.' }),
    described_by: z.object({ id: z.uuid(), name: z.string() }).nullable().meta({
      description: 'Of senders without credentials, the gateway whose profile is for the topic; null for none.',
    }),
    client: z
      .string()
      .nullable()
      .meta({ description: 'The client id that came last, or the name of the user; null where none is known.' }),
    address: z
      .string()
      .nullable()
      .meta({ description: 'The address from which it came last; null where it is not known.' }),
    protocol: z.enum(INCOMING_PROTOCOLS),
    topic: z.string().meta({ description: 'With + where the topics differ.', example: 'hall-b/line2/+/tele' }),
    example_topic: z.string(),
    shape: incomingShapeSchema,
    messages: z.int().meta({ description: 'Number of messages in the window.' }),
    messages_per_minute: z.number(),
    first_at: timeSchema,
    last_at: timeSchema,
    outcome: outcomeCountsSchema,
    machines: z
      .array(z.object({ machine_id: z.string(), name: z.string() }))
      .meta({ description: 'At most five that it feeds.' }),
    machine_count: z.int(),
    metrics: z.array(z.string()).meta({ description: 'As which its values are stored. At most 100.' }),
    discovered: z.array(z.string()).meta({ description: 'Those of them that nobody has described yet.' }),
    refusals: z.array(incomingRefusalSchema).meta({ description: 'The most frequent first.' }),
    newest: z
      .object({ received_at: timeSchema, topic: z.string(), payload: z.string() })
      .nullable()
      .meta({ description: 'null for roles that may not see payloads.' }),
    kept_refused: z.int().meta({
      description: 'Refused messages of the last 24 hours that this node keeps whole, and can take in again.',
    }),
  })
  .meta({ id: 'IncomingStream' });
export type IncomingStream = z.infer<typeof incomingStreamSchema>;

export const INCOMING_WINDOWS = ['1h', '24h'] as const;
export type IncomingWindow = (typeof INCOMING_WINDOWS)[number];

export const incomingQuerySchema = z.object({
  window: z.enum(INCOMING_WINDOWS).default('1h'),
  machine_id: z.uuid().optional().meta({
    description: 'Only what came for this machine, also in vain: its topic or payload names it.',
  }),
});

export const incomingReplySchema = z.object({
  status: z.literal('success'),
  since: timeSchema.meta({ description: 'Counts begin with the start of this node of the server.' }),
  streams: z.array(incomingStreamSchema).meta({ description: 'The one that came last first.' }),
  totals: z.object({
    messages_per_second: z.number().meta({ description: 'As the mean of the last minute.' }),
    stored_share: z.number().nullable().meta({
      description: 'Of the messages in the window that were not ignored: stored, also partly. null where none came.',
    }),
    refused: z.int().meta({ description: 'Messages in the window of which nothing was stored.' }),
    refusals: z.array(incomingRefusalSchema).meta({ description: 'The most frequent first.' }),
  }),
  kept: z
    .object({
      bytes: z.int(),
      not_kept: z.int().meta({ description: 'Refused messages that came faster than they can be written to disk.' }),
    })
    .nullable()
    .meta({ description: 'The refused messages that this node keeps whole; null for users of one factory.' }),
  not_listed: z
    .int()
    .meta({ description: 'Streams that were removed because their sender has the most that are kept.' }),
});
export type IncomingReply = z.infer<typeof incomingReplySchema>;

export const incomingFaultSchema = z.object({
  reason: z.string(),
  field: z.string().meta({ description: 'Empty for the whole message.' }),
  error: z.string(),
  value: z
    .union([z.string(), z.number(), z.boolean()])
    .nullable()
    .meta({ description: 'null where there is none, or for roles that may not see payloads.' }),
});
export type IncomingFault = z.infer<typeof incomingFaultSchema>;

export const incomingMessageSchema = z.object({
  received_at: timeSchema,
  topic: z.string(),
  payload: payloadSchema,
  outcome: z.enum(INCOMING_OUTCOMES),
  faults: z.array(incomingFaultSchema),
});
export type IncomingMessage = z.infer<typeof incomingMessageSchema>;

export const incomingStreamReplySchema = z.object({
  status: z.literal('success'),
  stream: incomingStreamSchema,
  messages: z
    .array(incomingMessageSchema)
    .meta({ description: 'At most 100, the newest first: at most one for each second and outcome.' }),
  proposal: profileDraftSchema.nullable().meta({
    description:
      'A profile that would take them, to be checked: null where the payloads are no JSON objects, and for roles that may not see payloads.',
  }),
});
export type IncomingStreamReply = z.infer<typeof incomingStreamReplySchema>;

export const replayInputSchema = z
  .object({ stream_id: z.string().max(50).meta({ description: 'Only what is kept of this stream of the gateway.' }) })
  .partial()
  .meta({ id: 'NewReplay' });

/** How far a replay has come: refused messages are taken in again with what is in force now. */
export const replayReplySchema = z
  .object({
    status: z.literal('success'),
    state: z.enum(['none', 'running', 'finished', 'interrupted']).meta({
      description:
        'none: nothing was taken in again since this node started. interrupted: the store of readings took nothing; what is left is kept as it was.',
    }),
    messages: z.int().meta({ description: 'Messages that this node kept when it began.' }),
    replayed: z.int(),
    stored: z.int().meta({ description: 'Messages of which everything is stored now.' }),
    partly_stored: z.int().meta({ description: 'Messages of which a part is stored; they are kept.' }),
    still_refused: z.int().meta({ description: 'Messages of which nothing is stored; they are kept.' }),
    ignored: z.int().meta({ description: 'Messages that carry no readings; they are no longer kept.' }),
    reasons: z
      .array(z.object({ reason: z.string(), error: z.string(), count: z.int() }))
      .meta({ description: 'Why messages are still refused, also in part. The most frequent first.' }),
    started_at: timeSchema.nullable(),
    finished_at: timeSchema.nullable(),
  })
  .meta({ id: 'Replay' });
export type ReplayReply = z.infer<typeof replayReplySchema>;
