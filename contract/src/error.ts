// The form of every error reply.

import { z } from 'zod';

export const faultSchema = z.object({
  field: z
    .string()
    .optional()
    .meta({ description: 'Path of the field in the body.', example: 'batch[0].readings[2].timestamp' }),
  parameter: z.string().optional().meta({ description: 'Name of the parameter in the address.', example: 'interval' }),
  error: z.string().meta({ description: 'A sentence for people.', example: 'limit must be at most 1000' }),
  code: z.string().optional().meta({
    description: 'Identifies a fault for programs that need not be one of theirs, such as `already_stored`.',
  }),
  value: z.unknown().optional().meta({ description: 'The value that was sent; long texts are cut.' }),
});
export type Fault = z.infer<typeof faultSchema>;

export const errorSchema = z
  .object({
    status: z.literal('error'),
    code: z.string().meta({ description: 'Identifies the error for programs; it does not change between versions.' }),
    message: z.string().meta({ description: 'A sentence for people.' }),
    errors: z.array(faultSchema).optional().meta({ description: 'Every fault of the request.' }),
  })
  .meta({ id: 'Error' });
export type ErrorReply = z.infer<typeof errorSchema>;
