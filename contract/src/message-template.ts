// The templates of messages about alerts, one for each language.

import { z } from 'zod';
import { messageLanguageSchema } from './contact-point.ts';
import { timeSchema } from './time.ts';

/** What a template may contain as `{{name}}`. Empty where there is nothing to say. */
export const MESSAGE_VARIABLES = {
  headline: 'What has happened in one line: the severity or the follow-up, and the sentence',
  severity: 'CRITICAL or Warning, in the language of the reader',
  machine: 'The name of the machine, or how many there are',
  location: 'Where the machine is',
  metric: 'The name of the metric',
  sentence: 'The machine, the metric, its value and the limit, as one sentence',
  value: 'The value with its unit',
  limit: 'The limit with its unit',
  peak: 'The worst value with its unit, where it is another one',
  since: 'When it was raised',
  active_for: 'For how long it has been active',
  raises: 'How often it was raised; empty at the first time',
  first_raised: 'When it was raised for the first time; empty at the first time',
  cleared_at: 'When it cleared; only when the message is about that',
  acknowledged_by: 'Who acknowledged it; only when the message is about that',
  acknowledge_note: 'The note of that person',
  response: 'What to do, as the condition says',
  time_to_respond: 'The time in which that helps',
  cause: 'Why this happens',
  consequence: 'What happens if nobody responds',
  note: 'That the message passes the quiet hours of the reader, because it is critical',
  acknowledge_url: 'The link that acknowledges the alert',
  alert_url: 'The page of the alert',
  chart_url: 'The chart of the metric at that moment',
} as const;
export type MessageVariable = keyof typeof MESSAGE_VARIABLES;
export const MESSAGE_VARIABLE_NAMES = Object.keys(MESSAGE_VARIABLES) as MessageVariable[];

const subjectSchema = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(300)
  .regex(/^[^\r\n]*$/, 'must be one line');
const bodySchema = z.string().trim().min(1, 'must not be empty').max(4_000);

export const messageTemplateSchema = z
  .object({
    subject: z.string(),
    body: z.string().meta({
      description: 'A line whose variables are all empty is left out.',
    }),
  })
  .meta({ id: 'MessageTemplate' });
export type MessageTemplate = z.infer<typeof messageTemplateSchema>;

export const messageTemplateChangeSchema = z
  .strictObject({ subject: subjectSchema, body: bodySchema })
  .meta({ id: 'MessageTemplateChange' });

export const messageTemplateReplySchema = z.object({
  status: z.literal('success'),
  language: messageLanguageSchema,
  template: messageTemplateSchema,
  is_default: z.boolean(),
  updated_at: timeSchema.nullable(),
  updated_by: z.string().nullable(),
  default: messageTemplateSchema,
  variables: z.array(z.object({ name: z.string(), description: z.string() })),
});
export type MessageTemplateReply = z.infer<typeof messageTemplateReplySchema>;

/** Of what an alert may be told. */
export const TEMPLATE_EXAMPLES = ['raised', 'escalated', 'still_active', 'cleared', 'acknowledged'] as const;

export const templatePreviewSchema = z
  .strictObject({
    language: messageLanguageSchema,
    subject: subjectSchema,
    body: bodySchema,
    kind: z.enum(TEMPLATE_EXAMPLES).default('raised'),
    alert_id: z.uuid().toLowerCase().optional().meta({ description: 'Without it an example is shown.' }),
  })
  .meta({ id: 'TemplatePreview' });
export const templatePreviewReplySchema = z.object({
  status: z.literal('success'),
  subject: z.string(),
  text: z.string(),
});
