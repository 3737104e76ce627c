// Why no passkey can be added here: what the server says of the address of the page, or that this browser has none.

import type { SecondFactorsReply } from '@gonsters/contract';
import { browserSupportsWebAuthn } from '@simplewebauthn/browser';

type Passkeys = SecondFactorsReply['passkeys'];
const REASONS = {
  address_unknown: 'passkey.address_unknown',
  address_is_ip: 'passkey.address_is_ip',
  not_https: 'passkey.not_https',
} as const satisfies Record<NonNullable<Passkeys['reason']>, string>;

export type PasskeyObstacle =
  | { text: (typeof REASONS)[keyof typeof REASONS] | 'passkey.insecure'; origin?: undefined }
  | { text: 'passkey.elsewhere'; origin: string };

/** Null where one can be added. `here` is the origin of the page. */
export function passkeyObstacle(
  { available, reason, origin }: Passkeys,
  here = location.origin,
  isSupported = browserSupportsWebAuthn(),
): PasskeyObstacle | null {
  if (!available) return { text: REASONS[reason ?? 'address_unknown'] };
  if (origin !== null && origin !== here) return { text: 'passkey.elsewhere', origin };
  return isSupported ? null : { text: 'passkey.insecure' };
}
