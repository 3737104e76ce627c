// Why somebody is not told of an alert, or only later, and whom a step names: in a form that can be shown in any language.

import { z } from 'zod';

export const TELLING_REASONS = [
  'person_left',
  'no_person_of_role',
  'nobody_on_duty',
  'channel_off',
  'channel_removed',
  'no_alert_email',
  'no_webhook',
  'may_not_see',
  'no_contact',
  'waits_quiet_hours',
  'passes_quiet_hours',
] as const;
export type TellingReasonCode = (typeof TELLING_REASONS)[number];

export const tellingReasonSchema = z
  .object({
    code: z.enum(TELLING_REASONS),
    params: z.record(z.string(), z.string()).meta({
      description:
        'What the sentence names: `person`, `role`, `schedule`, `channel`, or the time `until` which a message waits.',
    }),
  })
  .meta({ id: 'TellingReason', description: 'The same as the sentence beside it, for programs and other languages.' });
export type TellingReason = z.infer<typeof tellingReasonSchema>;

export const namedTargetSchema = z
  .object({
    kind: z.enum(['person', 'role', 'duty', 'channel', 'alert_email', 'webhooks']),
    name: z.string().nullable().meta({
      description:
        'Of the person, the role, the schedule or the channel. null where it does not exist any more, and for `alert_email` and `webhooks`.',
    }),
  })
  .meta({ id: 'NamedNotificationTarget' });
export type NamedTarget = z.infer<typeof namedTargetSchema>;
