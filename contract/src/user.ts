// Users and their sessions.

import { z } from 'zod';
import { lineSchema, refuseHiddenCharacters } from './name.ts';
import { permissionSchema, roleSchema } from './roles.ts';
import { timeSchema } from './time.ts';

export const userSchema = z
  .object({
    id: z.uuid(),
    username: z.string(),
    email: z.string(),
    role: roleSchema,
    permissions: z.array(permissionSchema),
    factory_id: z.string().nullable(),
    department: z.string().nullable(),
    is_active: z.boolean(),
    is_admitted: z.boolean().meta({
      description: 'false: the account registered itself and cannot sign in until Management admits it.',
    }),
    sign_in: z.enum(['password', 'oidc']).meta({
      description: '`oidc`: the account belongs to a person of the OpenID Connect provider, and has no password.',
    }),
    is_break_glass: z.boolean().meta({
      description: 'The account may sign in with its password where OIDC_ONLY is set.',
    }),
    created_at: timeSchema,
    last_login: timeSchema.nullable(),
    second_factor: z
      .object({
        required: z.boolean().meta({ description: 'The role requires one.' }),
        enrolled: z.boolean(),
      })
      .optional()
      .meta({
        description:
          'In the replies to a sign-in, to its refresh and of /auth/me. While one is required and none enrolled, only /auth and /users/me answer.',
      }),
    second_factors: z
      .int()
      .nonnegative()
      .optional()
      .meta({ description: 'How many the user has; in the list of users.' }),
  })
  .meta({ id: 'User' });
export type User = z.infer<typeof userSchema>;

const utf8 = (text: string) => {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
};

/**
 * A new password: 8–100 characters of any kind (ASVS 5.0, 6.2: length instead of composition). bcrypt only reads 72 bytes, so
 * a longer password is refused instead of silently cut. The server also refuses common passwords, and those that contain the
 * name of the user.
 */
export const newPasswordSchema = z
  .string()
  .min(8, 'must have at least 8 characters')
  .max(100, 'must have at most 100 characters')
  .refine((password) => utf8(password) <= 72, 'must be at most 72 bytes long')
  .refine((password) => !password.includes('\u0000'), 'must not contain a NUL character');

export const usernameSchema = z
  .string()
  .trim()
  .min(3, 'must have at least 3 characters')
  .max(50, 'must have at most 50 characters')
  .regex(
    /^[\p{L}\p{N}._-](?:[\p{L}\p{M}\p{N}._-]|\u200c|\u200d)*$/u,
    'may only contain letters, digits, dots, underscores and hyphens',
  )
  .superRefine(refuseHiddenCharacters);

export const registerSchema = z
  .object({
    username: usernameSchema,
    email: z.email('must be an e-mail address').max(254),
    password: newPasswordSchema,
    role: roleSchema.default('Operator'),
    factory_id: lineSchema(100).nullish(),
    department: lineSchema(100).nullish(),
  })
  .meta({ id: 'Register' });
export type Register = z.infer<typeof registerSchema>;

export const loginSchema = z
  .object({
    username: z.string().min(1).max(254),
    password: z.string().min(1).max(1000),
  })
  .meta({ id: 'Login' });

export const userPatchSchema = z
  .object({
    role: roleSchema,
    is_active: z.boolean(),
    is_admitted: z.literal(true).meta({ description: 'Admits an account that registered itself.' }),
    department: lineSchema(100).nullable(),
    factory_id: lineSchema(100).nullable(),
    is_break_glass: z.boolean().meta({ description: 'Only of an account with a password.' }),
  })
  .partial()
  .refine((patch) => Object.values(patch).some((value) => value !== undefined), 'must have at least one field')
  .meta({ id: 'UserPatch' });
export type UserPatch = z.infer<typeof userPatchSchema>;

export const passwordLinkSchema = z
  .object({
    status: z.literal('success'),
    token: z.string().meta({ description: 'It is shown only now, and can be used once.' }),
    url: z.string().nullable().meta({
      description: 'The address to open; null where the address of the page is not known to the server.',
    }),
    expires_at: timeSchema,
    mailed: z.string().nullable().meta({ description: 'What the mail server answered; null if nothing was mailed.' }),
  })
  .meta({ id: 'PasswordLink' });
export type PasswordLink = z.infer<typeof passwordLinkSchema>;

export const passwordResetSchema = z
  .object({ token: z.string().min(1).max(100), new_password: newPasswordSchema })
  .meta({ id: 'PasswordReset' });

export const passwordChangeSchema = z
  .object({
    current_password: z.string().min(1).max(1000),
    new_password: newPasswordSchema,
  })
  .meta({ id: 'PasswordChange' });

export const sessionSchema = z
  .object({
    status: z.literal('success'),
    access_token: z.string(),
    refresh_token: z.string(),
    token_type: z.literal('Bearer'),
    expires_in: z.number().int().meta({ description: 'Lifetime of the access token in seconds.' }),
    user: userSchema,
  })
  .meta({ id: 'Session' });
export type Session = z.infer<typeof sessionSchema>;

export const personSchema = z
  .object({ id: z.uuid(), name: z.string(), role: roleSchema })
  .meta({ id: 'Person', description: 'A user who can be told of alerts and be on duty.' });
export type Person = z.infer<typeof personSchema>;
export const peopleReplySchema = z.object({ status: z.literal('success'), people: z.array(personSchema) });
export type PeopleReply = z.infer<typeof peopleReplySchema>;
