// What one shift hands over to the next.

import { z } from 'zod';
import { alertSchema } from './alert.ts';
import { shiftNowSchema } from './duty.ts';
import { lineSchema } from './machine.ts';
import { NOTIFICATION_STATES } from './notification.ts';
import { timeInputSchema, timeSchema } from './time.ts';

/** How the machines of a location ran. */
export const RUN_BANDS = ['running', 'partly', 'stopped', 'no_data'] as const;
export type RunBand = (typeof RUN_BANDS)[number];

export const SIGN_OFF_ROLES = ['outgoing', 'incoming'] as const;

const textSchema = z
  .string()
  .trim()
  .min(1)
  .max(2000)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are refused.
  .refine((text) => !/[\u0000-\u0008\u000b-\u001f\u007f]/.test(text), 'must not contain control characters');

export const shiftNoteSchema = z
  .object({ id: z.uuid(), at: timeSchema, by: z.string(), text: z.string() })
  .meta({ id: 'ShiftNote' });
export type ShiftNote = z.infer<typeof shiftNoteSchema>;

export const shiftSignOffSchema = z
  .object({ at: timeSchema, by: z.string(), role: z.enum(SIGN_OFF_ROLES), note: z.string().nullable() })
  .meta({ id: 'ShiftSignOff', description: 'Who handed the shift over, and who took it over. It cannot be changed.' });
export type ShiftSignOff = z.infer<typeof shiftSignOffSchema>;

const seconds = z.number().nullable();
const shareSchema = z.number().min(0).max(1).nullable();

export const shiftReportSchema = z
  .object({
    status: z.literal('success'),
    shift: shiftNowSchema.nullable().meta({
      description: 'null without a shift calendar, and between shifts: the report is of the eight hours before `at`.',
    }),
    from: timeSchema,
    to: timeSchema.meta({ description: 'The end of what is reported.' }),
    is_over: z.boolean().meta({ description: 'Whether `to` is past; else the report is of the shift so far.' }),
    figures: z.object({
      alerts: z.int().meta({ description: 'Alerts that sounded: raises and escalations that were annunciated.' }),
      alerts_usual: z.number().nullable().meta({
        description:
          'The mean of the same shift over the four weeks before; null if the server is younger than one such shift.',
      }),
      critical: z.int(),
      critical_open: z.int().meta({ description: 'Critical alerts of the shift that are still open.' }),
      acknowledge_median_seconds: seconds,
      acknowledge_longest_seconds: seconds,
      running_share: shareSchema.meta({
        description: 'The share of the time of all machines that they ran; null if no machine reports its state.',
      }),
    }),
    locations: z
      .array(
        z.object({
          location: z.string(),
          machines: z.int(),
          running_share: shareSchema,
          parts: z.number().nullable().meta({ description: 'How far the counters of parts have grown.' }),
          bands: z.array(
            z.object({
              from: timeSchema,
              to: timeSchema,
              state: z.enum(RUN_BANDS).meta({
                description:
                  '`running`: at least half of the machines whose state is known; `partly`: fewer; `stopped`: none; `no_data`: no state is known.',
              }),
              share: shareSchema.meta({ description: 'The share of machines that ran; null for `no_data`.' }),
            }),
          ),
        }),
      )
      .meta({
        description:
          'How it ran, by location; up to a minute old, of a shift that is over up to ten. Bands are at least five minutes long.',
      }),
    open: z.array(alertSchema).meta({
      description:
        'That were open at the end of the shift, or are now; as they are now. Of those that were closed since, only those raised in the 90 days before.',
    }),
    shelved: z.array(alertSchema),
    suppressed: z.array(alertSchema),
    changed: z.array(
      z.object({
        at: timeSchema,
        by: z.string().nullable(),
        action: z.string().meta({ example: 'machine.limits' }),
        text: z.string().meta({ description: 'A sentence. It has the values only for Supervisors and Management.' }),
        target: z.string().nullable().meta({ description: 'The name of what was changed.' }),
        values: z
          .array(
            z.object({
              field: z.string().meta({ description: 'Its path, such as `hours.from`; empty: the setting itself.' }),
              before: z.string().nullable().meta({ description: 'null where it is not known, or there was none.' }),
              after: z.string().nullable().meta({ description: 'Of a list the number of its entries; null: none.' }),
              is_list: z.boolean(),
            }),
          )
          .meta({ description: 'At most eight, from which `text` is made; for Supervisors and Management.' }),
        values_left: z.int().meta({ description: 'How many more values were changed.' }),
      }),
    ),
    told: z.array(
      z.object({
        at: timeSchema,
        alert_id: z.uuid(),
        person: z.string().nullable(),
        channel: z.string(),
        state: z.enum(NOTIFICATION_STATES),
        text: z.string(),
      }),
    ),
    truncated: z
      .array(z.enum(['open', 'shelved', 'suppressed', 'changed', 'told']))
      .meta({ description: 'The lists that have more than the 500 entries that are listed.' }),
    notes: z.array(shiftNoteSchema),
    sign_offs: z.array(shiftSignOffSchema),
    previous: timeSchema.nullable().meta({ description: '`at` of the report of the shift before.' }),
    next: timeSchema.nullable().meta({ description: '`at` of the report of the shift after; null if it is not yet.' }),
  })
  .meta({ id: 'ShiftReport' });
export type ShiftReport = z.infer<typeof shiftReportSchema>;

export const newShiftNoteSchema = z.strictObject({ text: textSchema }).meta({ id: 'NewShiftNote' });
export const newShiftSignOffSchema = z
  .strictObject({
    shift_from: timeInputSchema.meta({ description: 'When the shift began.' }),
    role: z.enum(SIGN_OFF_ROLES),
    note: lineSchema(500).optional(),
  })
  .meta({ id: 'NewShiftSignOff' });
