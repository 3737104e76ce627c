// The calibration offsets of one sensor: of one metric on one machine.

import { z } from 'zod';
import { EARLIEST_MS } from './reading-rules.ts';
import { timeInputSchema, timeSchema } from './time.ts';

export const MAX_CALIBRATION_OFFSETS = 100;

export const calibrationInputSchema = z
  .strictObject({
    offsets: z
      .array(
        z.strictObject({
          from: timeInputSchema
            .refine((ms) => ms >= EARLIEST_MS, 'must not be before 1990')
            .meta({
              description: 'Values whose timestamp is not earlier are changed, until the next `from` of the list.',
            }),
          offset: z.number().meta({ description: 'Is added, in the unit of the metric. 0 ends the one before.' }),
        }),
      )
      .max(MAX_CALIBRATION_OFFSETS)
      .refine((offsets) => new Set(offsets.map(({ from }) => from)).size === offsets.length, {
        message: 'must not have the same time twice',
      }),
  })
  .meta({ id: 'CalibrationInput', description: 'Replaces all offsets of the sensor.' });
/** Times are UTC ms. */
export type CalibrationInput = z.infer<typeof calibrationInputSchema>;

export const calibrationOffsetSchema = z.object({
  from: timeSchema,
  offset: z.number(),
  set_at: timeSchema,
  set_by: z.string().nullable().meta({ description: 'null: not known.' }),
});
export type CalibrationOffset = z.infer<typeof calibrationOffsetSchema>;

export const calibrationReplySchema = z.object({
  status: z.literal('success'),
  machine_id: z.uuid(),
  metric: z.string(),
  unit: z.string().nullable(),
  offsets: z.array(calibrationOffsetSchema).meta({ description: 'The newest `from` first.' }),
});
export type CalibrationReply = z.infer<typeof calibrationReplySchema>;
