// Access keys: the secrets that programs and devices send with every request instead of signing in.

import { z } from 'zod';
import { nameSchema } from './name.ts';
import { permissionSchema } from './roles.ts';
import { timeInputSchema, timeSchema } from './time.ts';

/** Every access key begins with it, so that programs that search for leaked secrets can find it. */
export const ACCESS_KEY_PREFIX = 'gnst_';
/** API keys that one user may have. */
export const MAX_API_KEYS = 50;
/** For how long the former secret stays valid after a rotation. */
export const KEY_OVERLAP_HOURS = { default: 24, max: 720 } as const;

const expiresAt = timeInputSchema.nullish().meta({ description: 'null or absent: it does not expire.' });

export const keyRotationSchema = z
  .object({
    overlap_hours: z.number().min(0).max(KEY_OVERLAP_HOURS.max).default(KEY_OVERLAP_HOURS.default).meta({
      description: 'For how long the former secret stays valid. 0 ends it at once.',
    }),
    expires_at: timeInputSchema.nullish().meta({ description: 'null: it does not expire. Absent: as before.' }),
  })
  .meta({ id: 'KeyRotation' });
export type KeyRotation = z.infer<typeof keyRotationSchema>;

const keyShape = {
  hint: z.string().meta({ description: 'The beginning of the secret.', example: 'gnst_k3v9xq7mhd2p…' }),
  created_at: timeSchema,
  rotated_at: timeSchema.nullable(),
  expires_at: timeSchema.nullable(),
  last_used: timeSchema.nullable().meta({ description: 'Written at most once a minute.' }),
  former_valid_until: timeSchema
    .nullable()
    .meta({ description: 'Until when the secret before the last rotation stays valid; null if it is not any more.' }),
};

/** The token of a gateway. */
export const gatewayTokenSchema = z.object(keyShape).meta({ id: 'GatewayToken' });
export type GatewayToken = z.infer<typeof gatewayTokenSchema>;

export const apiKeyInputSchema = z
  .object({ name: nameSchema(100), permissions: z.array(permissionSchema).min(1).max(50), expires_at: expiresAt })
  .meta({ id: 'NewApiKey', description: 'A key has at most the permissions of its owner.' });
export type ApiKeyInput = z.infer<typeof apiKeyInputSchema>;

export const apiKeySchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    user_id: z.uuid(),
    username: z.string(),
    permissions: z.array(permissionSchema),
    is_active: z.boolean().meta({ description: 'false if it has expired or its owner is deactivated.' }),
    ...keyShape,
  })
  .meta({ id: 'ApiKey' });
export type ApiKey = z.infer<typeof apiKeySchema>;

export const apiKeyListSchema = z.object({ status: z.literal('success'), count: z.int(), keys: z.array(apiKeySchema) });
