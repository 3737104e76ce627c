// Where a user is signed in.

import { z } from 'zod';
import { timeSchema } from './time.ts';

export const signInMethodSchema = z.enum([
  'password',
  'password_totp',
  'password_passkey',
  'password_recovery_code',
  'oidc',
]);
export type SignInMethod = z.infer<typeof signInMethodSchema>;

export const userSessionSchema = z
  .object({
    id: z.uuid(),
    created_at: timeSchema,
    last_used_at: timeSchema.meta({ description: 'When its tokens were last renewed.' }),
    address: z
      .string()
      .nullable()
      .meta({ description: 'From where it was begun; null in sessions of an older version.' }),
    user_agent: z.string().nullable(),
    method: signInMethodSchema,
    is_current: z.boolean().meta({ description: 'The session that asks.' }),
  })
  .meta({ id: 'UserSession' });
export type UserSession = z.infer<typeof userSessionSchema>;
export const userSessionsReplySchema = z.object({ status: z.literal('success'), sessions: z.array(userSessionSchema) });
export type UserSessionsReply = z.infer<typeof userSessionsReplySchema>;
