// Sign-in with OpenID Connect: which ways to sign in exist, and which role and factory the groups of the provider give.

import { z } from 'zod';
import { lineSchema } from './machine.ts';
import { roleSchema } from './roles.ts';
import { timeSchema } from './time.ts';

export const signInMethodsSchema = z
  .object({
    status: z.literal('success'),
    password: z.boolean().meta({
      description: 'false: only break-glass accounts sign in with a password; everybody else with OpenID Connect.',
    }),
    registration: z.boolean().meta({ description: 'Whether people may register themselves.' }),
    oidc: z
      .object({ name: z.string().meta({ description: 'What the provider is called on the button.' }) })
      .nullable()
      .meta({ description: 'null: OpenID Connect is not set up.' }),
  })
  .meta({ id: 'SignInMethods' });
export type SignInMethods = z.infer<typeof signInMethodsSchema>;

/**
 * Why a sign-in with OpenID Connect failed, in the address to which the browser returns: `/sign-in#oidc_error=…`.
 *
 * - `access_denied`: the provider refused it, or the person cancelled it.
 * - `provider_unavailable`: the provider cannot be reached.
 * - `provider_error`: the answer of the provider is not valid, or it reported an error.
 * - `expired`: it took longer than ten minutes, was begun in another browser, or was finished before.
 * - `no_rule`: no rule gives a role to the groups of the person.
 * - `account_exists`: another account has the same user name or e-mail address; Management can link it.
 * - `deactivated`: the account was deactivated by Management.
 * - `page_address_unknown`: the server does not know at which address people open the page.
 * - `failed`: anything else; the log of the server has the reason.
 */
export const OIDC_ERRORS = [
  'access_denied',
  'provider_unavailable',
  'provider_error',
  'expired',
  'no_rule',
  'account_exists',
  'deactivated',
  'page_address_unknown',
  'failed',
] as const;
export type OidcError = (typeof OIDC_ERRORS)[number];

export const oidcStartQuerySchema = z.object({
  return_to: z
    .string()
    .max(500)
    .regex(/^\/(?![/\\])[^\\\p{Cc}]*$/u, 'must be a path of the page, such as /alerts')
    .optional()
    .meta({ description: 'The path of the page to show after the sign-in.' }),
});

export const oidcSessionBodySchema = z
  .object({ code: z.string().min(1).max(100) })
  .meta({ id: 'OidcCode', description: 'The code of the address /signed-in#code=…; it works once, for a minute.' });

export const oidcRuleSchema = z
  .object({
    group: lineSchema(256).meta({ description: 'A group as the provider sends it; `*` is everybody.' }),
    role: roleSchema,
    factory_id: lineSchema(100).nullable().meta({ description: 'null: every factory.' }),
  })
  .meta({ id: 'OidcRule' });
export type OidcRule = z.infer<typeof oidcRuleSchema>;

export const oidcRulesBodySchema = z
  .object({ rules: z.array(oidcRuleSchema).max(200) })
  .meta({ id: 'OidcRules', description: 'The first rule whose group a person has gives the role and the factory.' });

export const oidcRefusalSchema = z
  .object({
    id: z.string(),
    at: timeSchema,
    name: z.string().meta({ description: 'The user name that the provider sent.' }),
    groups: z.array(z.string()),
    reason: z.enum(['no_rule', 'account_exists']),
    user_id: z.uuid().nullable().meta({ description: 'The account with the same name; it can be linked.' }),
  })
  .meta({ id: 'OidcRefusal' });
export type OidcRefusal = z.infer<typeof oidcRefusalSchema>;

export const oidcRulesReplySchema = z.object({
  status: z.literal('success'),
  rules: z.array(oidcRuleSchema),
  last_refused: z
    .array(oidcRefusalSchema)
    .meta({ description: 'Who was refused last, newest first, so that the groups that arrive can be seen.' }),
});
export type OidcRulesReply = z.infer<typeof oidcRulesReplySchema>;
