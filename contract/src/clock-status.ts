// Whether the clocks of the servers agree with the stored data. A server whose clock does not suspends retention.

import { z } from 'zod';
import { timeSchema } from './time.ts';

/** `moved_*`: the clock was set while the server ran. `*_of_data`: it disagreed with the stored data at the start. */
export const CLOCK_FAULTS = ['moved_ahead', 'moved_back', 'ahead_of_data', 'behind_data'] as const;
export type ClockFault = (typeof CLOCK_FAULTS)[number];

export const clockHoldSchema = z
  .object({
    node: z.string().meta({ description: 'The id of the server.' }),
    host: z.string(),
    fault: z.enum(CLOCK_FAULTS).meta({
      description:
        '`moved_ahead`, `moved_back`: against the monotonic clock while the server ran. `ahead_of_data`, `behind_data`: against the newest recorded arrival of readings when the server started.',
    }),
    by_seconds: z.number().int().nonnegative().meta({ description: 'By how much the clock differs.' }),
    server_time: timeSchema.meta({ description: 'The time of its clock at the last check.' }),
    held_seconds: z
      .number()
      .int()
      .nonnegative()
      .meta({ description: 'How long retention has been suspended. It resumes by itself after 24 hours.' }),
  })
  .meta({ id: 'ClockHold' });
export type ClockHold = z.infer<typeof clockHoldSchema>;

export const clockStatusSchema = z
  .object({
    status: z.literal('success'),
    state: z.enum(['trusted', 'held']),
    holds: z.array(clockHoldSchema).meta({ description: 'The servers on which retention is suspended.' }),
  })
  .meta({ id: 'ClockStatus' });
export type ClockStatus = z.infer<typeof clockStatusSchema>;
