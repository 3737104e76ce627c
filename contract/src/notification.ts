// What people are told about an alert: to whom, by which channel, and what the other side answered.

import { z } from 'zod';
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
    channel: z.string().meta({ description: 'The name of the channel, such as `email`.' }),
    contact: z.string().meta({ description: 'The address to which it is sent.' }),
    created_at: timeSchema,
    state: z.enum(NOTIFICATION_STATES),
    message_id: z.uuid().nullable().meta({
      description: 'The message that carries it. null while it waits: messages are folded when there are many.',
    }),
    folded: z.int().meta({ description: 'How many notifications that message carries.' }),
    attempts: z.int().meta({ description: 'How often that message was tried.' }),
    next_attempt_at: timeSchema.nullable().meta({ description: 'While it is queued: when it is tried at the latest.' }),
    sent_at: timeSchema.nullable().meta({ description: 'When the other side accepted the message.' }),
    response: z.string().nullable().meta({ description: 'What the other side answered last, or what went wrong.' }),
  })
  .meta({
    id: 'AlertNotification',
    description: 'What was or will be said to one contact about one change of an alert.',
  });
export type AlertNotification = z.infer<typeof alertNotificationSchema>;
