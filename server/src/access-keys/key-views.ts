// Access keys as the API returns them, without anything of the secret that is not public.

import { ACCESS_KEY_PREFIX, type ApiKey, type GatewayToken, isoTime } from '@gonsters/contract';
import type { AccessKeyRecord } from './access-key-repository.ts';
import type { AccessKeyService } from './access-key-service.ts';

const timeOrNull = (ms: number | null) => (ms === null ? null : isoTime(ms));

export function tokenView(keys: AccessKeyService, key: AccessKeyRecord): GatewayToken {
  return {
    hint: `${ACCESS_KEY_PREFIX}${key.publicId}…`,
    created_at: isoTime(key.createdAtMs),
    rotated_at: timeOrNull(key.rotatedAtMs),
    expires_at: timeOrNull(key.expiresAtMs),
    last_used: timeOrNull(key.lastUsedMs),
    former_valid_until: timeOrNull(keys.formerUntilMs(key)),
  };
}

/** Of a key that belongs to a user. */
export function apiKeyView(keys: AccessKeyService, key: AccessKeyRecord): ApiKey {
  const { owner } = key;
  const user = owner.kind === 'user' ? owner : null;
  return {
    id: key.id,
    name: key.name,
    user_id: owner.id,
    username: user?.username ?? '',
    permissions: key.permissions,
    is_active: user?.isActive === true && !keys.hasExpired(key),
    ...tokenView(keys, key),
  };
}
