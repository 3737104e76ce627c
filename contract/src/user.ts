// Users and their sessions.

import { z } from 'zod';
import { lineSchema } from './machine.ts';
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
    created_at: timeSchema,
    last_login: timeSchema.nullable(),
  })
  .meta({ id: 'User' });
export type User = z.infer<typeof userSchema>;

/** Passwords that satisfy the character rules but are among the most common in published lists. */
const COMMON_PASSWORDS = new Set(
  [
    'Password1',
    'Password12',
    'Password123',
    'Passw0rd',
    'P@ssw0rd',
    'P@ssword1',
    'Passw0rd1',
    'Welcome1',
    'Welcome123',
    'Qwerty123',
    'Qwerty12',
    'Qwerty1234',
    'Abc12345',
    'Abcd1234',
    'Abc123456',
    'Admin123',
    'Admin1234',
    'Admin12345',
    'Letmein1',
    'Changeme1',
    'Changeme123',
    'Iloveyou1',
    'Football1',
    'Baseball1',
    'Monkey123',
    'Dragon123',
    'Summer2024',
    'Summer2025',
    'Summer2026',
    'Winter2024',
    'Winter2025',
    'Winter2026',
    'Aa123456',
    'Aa12345678',
    'A1234567',
    'Test1234',
    'Factory1',
    'Factory123',
    'Gonsters1',
    'Gonsters123',
    'Machine1',
    'Machine123',
    'Operator1',
    'Operator123',
    'Manager1',
    'Manager123',
    'Supervisor1',
    'Supervisor123',
    'Secret123',
    'Default1',
    'Default123',
    'Master123',
    'Sunshine1',
    'Princess1',
    'Superman1',
    'Trustno1',
    'Charlie1',
    'Michael1',
    'Jordan23',
    'Zaq12wsx',
    '1Qaz2wsx',
    'Qwer1234',
    'Asdf1234',
  ].map((password) => password.toLowerCase()),
);
const utf8 = (text: string) => {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
};

/**
 * A new password: 8–100 characters with an upper-case letter, a lower-case letter and a digit, and not a common one. Every
 * fault is reported. bcrypt only reads 72 bytes, so a longer password is refused instead of silently cut.
 */
export const newPasswordSchema = z
  .string()
  .min(8, 'must have at least 8 characters')
  .max(100, 'must have at most 100 characters')
  .regex(/\p{Lu}/u, 'must contain an upper-case letter')
  .regex(/\p{Ll}/u, 'must contain a lower-case letter')
  .regex(/\d/, 'must contain a digit')
  .refine((password) => utf8(password) <= 72, 'must be at most 72 bytes long')
  .refine((password) => !password.includes('\u0000'), 'must not contain a NUL character')
  .refine((password) => !COMMON_PASSWORDS.has(password.toLowerCase()), 'is too common');

export const usernameSchema = z
  .string()
  .trim()
  .min(3, 'must have at least 3 characters')
  .max(50, 'must have at most 50 characters')
  .regex(/^[\p{L}\p{N}._-]+$/u, 'may only contain letters, digits, dots, underscores and hyphens');

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
    department: lineSchema(100).nullable(),
    factory_id: lineSchema(100).nullable(),
  })
  .partial()
  .refine((patch) => Object.values(patch).some((value) => value !== undefined), 'must have at least one field')
  .meta({ id: 'UserPatch' });
export type UserPatch = z.infer<typeof userPatchSchema>;

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
