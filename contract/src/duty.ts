// Who is on duty, and the shifts of the plant.

import { z } from 'zod';
import { lineSchema } from './machine.ts';
import { timeInputSchema, timeSchema } from './time.ts';
import { wallClockSchema, zoneSchema } from './wall-clock.ts';

/** How many duty schedules a plant can have, and overrides in one of them. */
export const MOST_DUTY_SCHEDULES = 100;
export const MOST_DUTY_OVERRIDES = 1000;

/** How many shifts a day has, and how the crews rotate. */
export const SHIFT_PATTERNS = ['none', '2x12', '3x8', '4on2off', 'custom'] as const;
export type ShiftPattern = (typeof SHIFT_PATTERNS)[number];

const dateSchema = z.iso.date('must be a date such as 2026-01-31').meta({ example: '2026-01-31' });
const userIdSchema = z.uuid().toLowerCase();

const crewSchema = lineSchema(40);

export const shiftCalendarSchema = z
  .strictObject({
    zone: zoneSchema,
    pattern: z.enum(SHIFT_PATTERNS).meta({
      description:
        '`none`: the plant has no shifts. `2x12` and `3x8`: two or three shifts around the clock, with as many crews that change places every week, or with four crews. `4on2off`: two shifts and three crews, each with two days, two nights and two days off. `custom`: as `cycle` says.',
    }),
    starts_on: dateSchema.meta({ description: 'The day with which the rotation of the crews begins.' }),
    shifts: z
      .array(z.strictObject({ name: lineSchema(40), from: wallClockSchema, to: wallClockSchema }))
      .max(12)
      .meta({
        description:
          'In order. The first one begins the day of production; a shift that begins earlier by the clock is on the next date. They do not overlap, and leave no hole unless the pattern is `custom`.',
      }),
    crews: z.array(crewSchema).max(12).meta({ description: 'May be empty: the shifts have no crews then.' }),
    cycle: z.array(z.array(crewSchema.nullable()).max(12)).max(366).meta({
      description:
        'For `custom`, else empty: one row for each day of the rotation, with the crew of each shift. null: that shift is not worked on that day. Empty: every shift is worked every day.',
    }),
    holidays: z
      .array(z.strictObject({ date: dateSchema, name: lineSchema(100) }))
      .max(500)
      .meta({ description: 'By the date on which the day of production begins.' }),
  })
  .meta({ id: 'ShiftCalendar', description: 'The shifts of the plant.' });
export type ShiftCalendar = z.infer<typeof shiftCalendarSchema>;

export const shiftNowSchema = z.object({
  name: z.string(),
  crew: z.string().nullable(),
  from: timeSchema,
  to: timeSchema,
});

export const shiftCalendarReplySchema = z.object({
  status: z.literal('success'),
  calendar: shiftCalendarSchema,
  now: shiftNowSchema.nullable().meta({ description: 'The shift at present; null where there is none.' }),
});
export type ShiftCalendarReply = z.infer<typeof shiftCalendarReplySchema>;

export const shiftsReplySchema = z.object({
  status: z.literal('success'),
  shifts: z.array(shiftNowSchema.extend({ is_holiday: z.boolean() })),
});
export type ShiftsReply = z.infer<typeof shiftsReplySchema>;

export const DUTY_ROTATIONS = ['day', 'week', 'shift'] as const;
export type DutyRotation = (typeof DUTY_ROTATIONS)[number];

const hoursSchema = z
  .strictObject({
    weekdays: z
      .array(z.int().min(1).max(7))
      .min(1)
      .max(7)
      .meta({ description: 'From 1, Monday, to 7, Sunday; by the date on which the hours begin.' }),
    from: wallClockSchema,
    to: wallClockSchema.meta({ description: 'On the next day if it is not later than `from`.' }),
  })
  .meta({ id: 'DutyHours' });

const scheduleFields = {
  name: lineSchema(100),
  zone: zoneSchema,
  rotation: z.enum(DUTY_ROTATIONS).meta({
    description: 'When the next person takes over. `shift`: at each shift of the shift calendar.',
  }),
  hand_over: wallClockSchema.meta({ description: 'When the next person takes over; not used by `shift`.' }),
  weekday: z.int().min(1).max(7).meta({ description: 'On which day, for `week`: from 1, Monday, to 7, Sunday.' }),
  starts_on: dateSchema.meta({ description: 'The day with which the first person of `members` begins.' }),
  members: z
    .array(userIdSchema.nullable())
    .min(1)
    .max(100)
    .meta({ description: 'In turn. null: nobody, such as the place of a person who has left.' }),
  hours: hoursSchema.nullable().meta({
    description: 'When somebody has to be on duty; null: always. Outside these hours only overrides apply.',
  }),
  on_holidays: userIdSchema
    .nullable()
    .meta({ description: 'Who is on duty on the holidays of the shift calendar; null: as on other days.' }),
};

export const dutyOverrideSchema = z
  .object({
    id: z.uuid(),
    user_id: z.uuid(),
    name: z.string(),
    from: timeSchema,
    to: timeSchema,
    reason: z.string(),
    created_by: z.string().meta({ description: 'The name of the person who entered it.' }),
  })
  .meta({ id: 'DutyOverride', description: 'For this time another person is on duty. Of several the newest counts.' });
export type DutyOverride = z.infer<typeof dutyOverrideSchema>;

export const dutyScheduleSchema = z
  .object({
    id: z.uuid(),
    ...scheduleFields,
    overrides: z.array(dutyOverrideSchema).meta({ description: 'Those that are not over, the earliest first.' }),
    now: z
      .object({ user_id: z.uuid(), name: z.string(), until: timeSchema })
      .nullable()
      .meta({ description: 'Who is on duty; null: nobody.' }),
    gaps: z
      .array(z.object({ from: timeSchema, to: timeSchema }))
      .meta({ description: 'When nobody is on duty in the next 14 days although somebody has to be.' }),
    has_calendar_link: z.boolean().meta({ description: 'A calendar link exists and works.' }),
  })
  .meta({ id: 'DutySchedule', description: 'Who is on duty, in turn.' });
export type DutySchedule = z.infer<typeof dutyScheduleSchema>;

export const newDutyScheduleSchema = z
  .strictObject({
    ...scheduleFields,
    zone: scheduleFields.zone.optional().meta({ description: 'By default the zone of the shift calendar.' }),
    hand_over: scheduleFields.hand_over.default('06:00'),
    weekday: scheduleFields.weekday.default(1),
    hours: scheduleFields.hours.default(null),
    on_holidays: scheduleFields.on_holidays.default(null),
  })
  .meta({ id: 'NewDutySchedule' });
export type NewDutySchedule = z.input<typeof newDutyScheduleSchema>;
export const dutyScheduleChangeSchema = z.strictObject(scheduleFields).partial().meta({ id: 'DutyScheduleChange' });

export const newDutyOverrideSchema = z
  .strictObject({
    user_id: userIdSchema,
    from: timeInputSchema,
    to: timeInputSchema,
    reason: lineSchema(200).optional(),
  })
  .meta({ id: 'NewDutyOverride' });
export type NewDutyOverride = z.input<typeof newDutyOverrideSchema>;

export const dutySchedulesReplySchema = z.object({
  status: z.literal('success'),
  schedules: z.array(dutyScheduleSchema),
});
export type DutySchedulesReply = z.infer<typeof dutySchedulesReplySchema>;
export const dutyScheduleReplySchema = z.object({ status: z.literal('success'), schedule: dutyScheduleSchema });
export type DutyScheduleReply = z.infer<typeof dutyScheduleReplySchema>;

export const dutiesReplySchema = z.object({
  status: z.literal('success'),
  duties: z.array(
    z
      .object({
        from: timeSchema,
        to: timeSchema,
        user_id: z.uuid().nullable().meta({ description: 'null: a gap.' }),
        name: z.string().nullable(),
        is_override: z.boolean(),
      })
      .meta({ id: 'Duty' }),
  ),
});
export type DutiesReply = z.infer<typeof dutiesReplySchema>;

export const calendarLinkReplySchema = z.object({
  status: z.literal('success'),
  url: z.string().meta({
    description: 'Where calendar programs read the duties, without signing in. It is shown only now.',
  }),
});
export type CalendarLinkReply = z.infer<typeof calendarLinkReplySchema>;

export const ownDutyReplySchema = z.object({
  status: z.literal('success'),
  duties: z
    .array(z.object({ schedule_id: z.uuid(), schedule: z.string(), from: timeSchema, to: timeSchema }))
    .meta({ description: 'Of the next 14 days, with those of the present; the earliest first.' }),
});
export type OwnDutyReply = z.infer<typeof ownDutyReplySchema>;
