// For which address passkeys are made: browsers tie each of them to the name of a site (WebAuthn, "RP ID"), which cannot be
// changed later. It is never taken from what a request says, except on this computer itself.

import { isIP } from 'node:net';

export type RelyingParty =
  | { readonly id: string; readonly origin: string; readonly reason: null }
  | { readonly id: null; readonly origin: null; readonly reason: 'address_unknown' | 'address_is_ip' | 'not_https' };

const without = (reason: NonNullable<RelyingParty['reason']>): RelyingParty =>
  ({ id: null, origin: null, reason }) as RelyingParty;

/**
 * @param configured the address of the page that somebody has set or confirmed; null if nobody has
 * @param local the origin of the request, where the server runs for development or is reached from this computer only. It counts
 *   if it names `localhost`: no other site can get passkeys of that name.
 */
export function relyingPartyOf(configured: string | null, local: string | null): RelyingParty {
  if (configured !== null) return ofAddress(new URL(configured));
  if (local === null || !URL.canParse(local)) return without('address_unknown');
  const url = new URL(local);
  if (url.hostname === 'localhost') return ofAddress(url);
  return without(isAddress(url) ? 'address_is_ip' : 'address_unknown');
}

function ofAddress(url: URL): RelyingParty {
  if (isAddress(url)) return without('address_is_ip');
  if (url.protocol !== 'https:' && url.hostname !== 'localhost') return without('not_https');
  return { id: url.hostname, origin: url.origin, reason: null };
}

const isAddress = ({ hostname }: URL) => isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
