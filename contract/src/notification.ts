// What people are told about an alert: to whom, by which channel, and what the other side answered.

import { z } from 'zod';
import { ALERT_CONDITIONS, LIMIT_KINDS, SEVERITIES } from './alert-terms.ts';
import { namedTargetSchema, tellingReasonSchema } from './telling-reason.ts';
import { timeSchema } from './time.ts';

/**
 * What a notification says. `still_active`: nobody has acknowledged the alert for two hours. `digest`: the alert was still active
 * when a channel worked again that had been unusable for a day.
 */
export const NOTIFICATION_KINDS = ['raised', 'escalated', 'cleared', 'acknowledged', 'still_active', 'digest'] as const;
export type NotificationKind = (typeof NOTIFICATION_KINDS)[number];

/** `sent`: the other side has accepted the message. Which of the states after that exist depends on the channel. */
export const NOTIFICATION_STATES = ['queued', 'sending', 'sent', 'delivered', 'read', 'failed'] as const;
export type NotificationState = (typeof NOTIFICATION_STATES)[number];

export const alertNotificationSchema = z
  .object({
    id: z.uuid(),
    kind: z.enum(NOTIFICATION_KINDS).meta({ description: 'What is said.' }),
    raise: z.int().meta({ description: 'Number of the raise within the alert, from 1.' }),
    channel: z.string().meta({ description: 'The id of the channel, such as `email`.' }),
    channel_name: z.string().meta({ description: 'As people named it; its id where it was removed.' }),
    contact: z.string().meta({ description: 'The address to which it is sent.' }),
    person: z
      .object({ id: z.uuid(), name: z.string() })
      .nullable()
      .meta({ description: 'null for an address that belongs to no user.' }),
    step: z.int().nullable().meta({
      description:
        'The number of the step of the chain, from 1; null for what follows from a change, such as `cleared`.',
    }),
    route: z
      .object({ id: z.uuid(), name: z.string() })
      .nullable()
      .meta({ description: 'The route whose chain told it; null as for `step`.' }),
    created_at: timeSchema,
    state: z.enum(NOTIFICATION_STATES),
    message_id: z.uuid().nullable().meta({
      description: 'The message that carries it. null while it waits: messages are folded when there are many.',
    }),
    folded: z.int().meta({ description: 'How many notifications that message carries.' }),
    attempts: z.int().meta({ description: 'How often that message was tried.' }),
    next_attempt_at: timeSchema.nullable().meta({ description: 'While it is queued: when it is tried at the latest.' }),
    sent_at: timeSchema.nullable().meta({ description: 'When the other side accepted the message.' }),
    delivered_at: timeSchema.nullable().meta({ description: 'When it reached the person, where the channel tells.' }),
    read_at: timeSchema.nullable().meta({ description: 'When the person saw it, where the channel tells.' }),
    response: z.string().nullable().meta({ description: 'What the other side answered last, or what went wrong.' }),
  })
  .meta({
    id: 'AlertNotification',
    description: 'What was or will be said to one contact about one change of an alert.',
  });
export type AlertNotification = z.infer<typeof alertNotificationSchema>;

/**
 * `running`: there are steps to come, or messages of the last one that are being sent. `acknowledged` and `cleared`: it stopped for
 * that reason. `done`: it has ended. `nobody`: it has ended, the alert is critical, and no message was accepted.
 */
export const RUN_STATES = ['running', 'acknowledged', 'cleared', 'done', 'nobody'] as const;
export type RunState = (typeof RUN_STATES)[number];

export const notificationRunSchema = z
  .object({
    state: z.enum(RUN_STATES),
    routes: z.array(z.object({ id: z.uuid(), name: z.string() })).meta({ description: 'That took the newest raise.' }),
    next: z
      .array(z.object({ at: timeSchema, target: z.string(), targets: z.array(namedTargetSchema) }))
      .meta({ description: 'Whom the next steps tell unless somebody acknowledges.' }),
    gaps: z
      .array(z.object({ at: timeSchema, step: z.int(), text: z.string(), reason: tellingReasonSchema.nullable() }))
      .meta({ description: 'Steps, or targets of them, that told nobody, and why.' }),
  })
  .meta({ id: 'NotificationRun', description: 'How far the chains of the newest raise have come.' });
export type NotificationRun = z.infer<typeof notificationRunSchema>;

/** Messages to oneself that are listed. */
export const MOST_OWN_MESSAGES = 50;

export const ownMessageSchema = z
  .object({
    id: z.uuid().meta({ description: 'Of the message, which the other side knows it by, too.' }),
    kind: z.enum([...NOTIFICATION_KINDS, 'notice']).meta({
      description:
        'What is said; of a message that carries several, what the newest says. `notice`: it is about no alert.',
    }),
    notice: z.string().nullable().meta({ description: 'Which notice it is, such as `drill` or `duty_gap`.' }),
    alerts: z
      .array(
        z.object({
          id: z.uuid(),
          machine_id: z.uuid().nullable(),
          machine_name: z.string().meta({ description: 'As it was then.' }),
          message: z.string(),
          metric: z.string(),
          condition: z.enum(ALERT_CONDITIONS),
          limit_kind: z.enum([...LIMIT_KINDS, 'stale']),
          severity: z.enum(SEVERITIES),
        }),
      )
      .meta({ description: 'Of which it tells, the newest first; at most five.' }),
    alert_count: z.int().meta({ description: 'The number of all of them.' }),
    channel: z.string().meta({ description: 'The id of the channel.' }),
    channel_name: z.string(),
    contact: z.string().meta({ description: 'The address, masked where it is a secret.' }),
    created_at: timeSchema,
    state: z.enum(NOTIFICATION_STATES),
    attempts: z.int(),
    sent_at: timeSchema.nullable().meta({ description: 'When the other side accepted it.' }),
    delivered_at: timeSchema.nullable(),
    read_at: timeSchema.nullable(),
    response: z.string().nullable().meta({ description: 'What the other side answered last, or what went wrong.' }),
  })
  .meta({ id: 'OwnMessage', description: 'A message to the signed-in user.' });
export type OwnMessage = z.infer<typeof ownMessageSchema>;

export const ownMessagesReplySchema = z.object({
  status: z.literal('success'),
  notifications: z.array(ownMessageSchema).meta({ description: 'The newest 50, the newest first.' }),
});
export type OwnMessagesReply = z.infer<typeof ownMessagesReplySchema>;
