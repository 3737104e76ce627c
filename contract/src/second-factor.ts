// The second factor of a sign-in: an authenticator app (TOTP, RFC 6238) or a passkey (WebAuthn), and recovery codes for the case
// that both are lost.

import { z } from 'zod';
import { errorSchema } from './error.ts';
import { lineSchema } from './machine.ts';
import { roleSchema } from './roles.ts';
import { timeSchema } from './time.ts';

export const secondFactorMethodSchema = z.enum(['totp', 'passkey', 'recovery_code']);
export type SecondFactorMethod = z.infer<typeof secondFactorMethodSchema>;

/** What WebAuthn makes and reads: the browser and the library of the server check it, field by field. */
const webauthnJsonSchema = z.record(z.string(), z.unknown());

const tokenSchema = z.string().min(1).max(100);

export const secondFactorRequiredSchema = errorSchema
  .extend({
    second_factor: z
      .object({
        token: z.string().meta({ description: 'Continues this sign-in, and nothing else.' }),
        expires_at: timeSchema,
        methods: z.array(secondFactorMethodSchema),
      })
      .optional()
      .meta({ description: 'With the code `second_factor_required`: the password is right.' }),
  })
  .meta({ id: 'SecondFactorRequired' });
export type SecondFactorRequired = z.infer<typeof secondFactorRequiredSchema>;

/** Errors: `invalid_second_factor` (401, try again), `second_factor_expired` (401, begin again), `too_many_attempts` (429). */
export const secondFactorSchema = z
  .union([
    z.strictObject({
      token: tokenSchema,
      code: z
        .string()
        .trim()
        .min(1)
        .max(100)
        .meta({ description: 'Six digits of the authenticator app, or a recovery code.' }),
    }),
    z.strictObject({
      token: tokenSchema,
      passkey: webauthnJsonSchema.meta({ description: 'AuthenticationResponseJSON of WebAuthn.' }),
    }),
  ])
  .meta({ id: 'SecondFactor' });

export const secondFactorTokenSchema = z.object({ token: tokenSchema }).meta({ id: 'SecondFactorToken' });

export const passkeyOptionsReplySchema = z.object({
  status: z.literal('success'),
  options: webauthnJsonSchema.meta({
    description: 'PublicKeyCredentialRequestOptionsJSON or PublicKeyCredentialCreationOptionsJSON of WebAuthn.',
  }),
});

const requirementSchema = z.enum(['optional', 'required']);
export type SecondFactorRequirement = z.infer<typeof requirementSchema>;
export const signInPolicySchema = z
  .strictObject({ second_factor: z.record(roleSchema, requirementSchema) })
  .meta({ id: 'SignInPolicy' });
export type SignInPolicy = z.infer<typeof signInPolicySchema>;
export const signInPolicyReplySchema = signInPolicySchema.extend({ status: z.literal('success') });

export const factorSchema = z
  .object({
    id: z.uuid(),
    kind: z.enum(['totp', 'passkey']),
    name: z.string(),
    created_at: timeSchema,
    last_used_at: timeSchema.nullable(),
  })
  .meta({ id: 'Factor' });
export type Factor = z.infer<typeof factorSchema>;

export const secondFactorsReplySchema = z
  .object({
    status: z.literal('success'),
    factors: z.array(factorSchema),
    recovery_codes_left: z.int().nonnegative(),
    required: z.boolean().meta({ description: 'The role requires a second factor.' }),
    passkeys: z
      .object({
        available: z.boolean(),
        reason: z.enum(['address_unknown', 'address_is_ip', 'not_https']).nullable().meta({
          description:
            'Why there are no passkeys: nobody has said at which address people open the page (PUBLIC_URL), or browsers accept none at that address.',
        }),
        origin: z.string().nullable().meta({ description: 'Where passkeys work: the origin of the page.' }),
      })
      .meta({ description: 'Whether passkeys can be used at this address of the page.' }),
  })
  .meta({ id: 'SecondFactors' });
export type SecondFactorsReply = z.infer<typeof secondFactorsReplySchema>;

/** Needed where the session was signed in more than ten minutes ago. */
const passwordSchema = z.string().min(1).max(1000).optional();
export const passwordAgainSchema = z.strictObject({ password: passwordSchema }).nullish();

const factorNameSchema = lineSchema(100);
export const totpBeginSchema = z
  .strictObject({ name: factorNameSchema, password: passwordSchema })
  .meta({ id: 'TotpBegin' });
export const totpBegunSchema = z
  .object({
    status: z.literal('success'),
    id: z.uuid(),
    secret: z.string().meta({ description: 'Base32. It is shown only now.' }),
    uri: z.string().meta({ description: 'The same for a QR code (otpauth:).' }),
  })
  .meta({ id: 'TotpBegun' });
export type TotpBegun = z.infer<typeof totpBegunSchema>;
export const totpConfirmSchema = z.strictObject({ code: z.string().trim().min(1).max(20) }).meta({ id: 'TotpConfirm' });

const shownCodesSchema = z.array(z.string()).meta({ description: 'Each works once. They are shown only now.' });
export const totpConfirmedSchema = z.object({
  status: z.literal('success'),
  recovery_codes: shownCodesSchema.nullable().meta({ description: 'With the first factor; null with a further one.' }),
});
export const passkeyAddSchema = z
  .strictObject({
    name: factorNameSchema,
    response: webauthnJsonSchema.meta({ description: 'RegistrationResponseJSON of WebAuthn.' }),
  })
  .meta({ id: 'PasskeyAdd' });
export const passkeyAddedSchema = totpConfirmedSchema.extend({ factor: factorSchema });
export const recoveryCodesReplySchema = z.object({ status: z.literal('success'), recovery_codes: shownCodesSchema });
