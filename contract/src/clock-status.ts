// Whether the clocks of the servers agree with the stored data: while one does not, its server deletes nothing because of its age.

import { z } from 'zod';
import { timeSchema } from './time.ts';

/** The clock was set while the server ran, or it was wrong at its start. */
export const CLOCK_FAULTS = ['moved_ahead', 'moved_back', 'ahead_of_data', 'behind_data'] as const;
export type ClockFault = (typeof CLOCK_FAULTS)[number];

export const clockHoldSchema = z
  .object({
    node: z.string().meta({ description: 'The id of the server' }),
    host: z.string(),
    fault: z.enum(CLOCK_FAULTS).meta({
      description:
        'Moved against the monotonic clock while the server ran, or away from the newest recorded arrival of readings at its start',
    }),
    by_seconds: z.number().int().nonnegative(),
    server_time: timeSchema.meta({ description: 'What its clock said when it was looked at last' }),
    held_seconds: z.number().int().nonnegative().meta({ description: 'After 24 hours retention goes on by itself' }),
  })
  .meta({ id: 'ClockHold' });
export type ClockHold = z.infer<typeof clockHoldSchema>;

export const clockStatusSchema = z
  .object({
    status: z.literal('success'),
    state: z.enum(['trusted', 'held']),
    holds: z.array(clockHoldSchema).meta({ description: 'The servers that delete nothing because of its age' }),
  })
  .meta({ id: 'ClockStatus' });
export type ClockStatus = z.infer<typeof clockStatusSchema>;
