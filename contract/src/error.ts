// The shape of every failed reply.

import { z } from 'zod';

export const faultSchema = z.object({
  field: z.string().optional().meta({ example: 'batch[0].readings[2].timestamp' }),
  parameter: z.string().optional().meta({ example: 'interval' }),
  error: z.string(),
  value: z.unknown().optional(),
});
export type Fault = z.infer<typeof faultSchema>;

export const errorSchema = z
  .object({
    status: z.literal('error'),
    code: z.string(),
    message: z.string(),
    errors: z.array(faultSchema).optional(),
  })
  .meta({ id: 'Error' });
export type ErrorReply = z.infer<typeof errorSchema>;
