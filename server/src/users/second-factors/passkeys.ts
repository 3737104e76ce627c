// Passkeys (WebAuthn level 3) as second factor: what a browser is asked, and whether its answer is right.

import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  type VerifiedRegistrationResponse,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { AppError } from '../../errors.ts';
import type { FactorRecord, NewFactor } from './factor-repository.ts';
import type { RelyingParty } from './relying-party.ts';

const NAME = 'GONSTERS';
const REASONS = {
  address_unknown: 'nobody has set PUBLIC_URL or confirmed the address of the page',
  address_is_ip: 'the address of the page is an IP address, for which browsers make none',
  not_https: 'the page is not served over HTTPS',
} as const;

type Site = Extract<RelyingParty, { reason: null }>;

/** @throws AppError `conflict` */
function available(site: RelyingParty): Site {
  if (site.reason === null) return site;
  throw new AppError('conflict', `Passkeys cannot be used, because ${REASONS[site.reason]}`);
}

/** Browsers make no second passkey on an authenticator that holds one of `known`. Rejects with `conflict`. */
export async function creationOptions(
  site: RelyingParty,
  user: { id: string; username: string },
  known: readonly FactorRecord[],
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  return generateRegistrationOptions({
    rpName: NAME,
    rpID: available(site).id,
    userName: user.username,
    userID: new TextEncoder().encode(user.id),
    attestationType: 'none',
    excludeCredentials: credentialsOf(known),
    authenticatorSelection: { residentKey: 'discouraged', userVerification: 'preferred' },
  });
}

/** Rejects with `conflict`. */
export async function requestOptions(
  site: RelyingParty,
  known: readonly FactorRecord[],
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  return generateAuthenticationOptions({
    rpID: available(site).id,
    allowCredentials: credentialsOf(known),
    userVerification: 'preferred',
  });
}

/** The credential that the browser made for this challenge; null if the answer is not right. Rejects with `conflict`. */
export async function verifyCreation(
  site: RelyingParty,
  challenge: string,
  response: Record<string, unknown>,
): Promise<Pick<NewFactor, 'credentialId' | 'publicKey' | 'counter' | 'transports'> | null> {
  const { id, origin } = available(site);
  let result: VerifiedRegistrationResponse;
  try {
    result = await verifyRegistrationResponse({
      response: response as unknown as RegistrationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: id,
      requireUserVerification: false,
    });
  } catch {
    // The library throws for every fault, also of the form.
    return null;
  }
  if (!result.verified) return null;
  const { credential } = result.registrationInfo;
  return {
    credentialId: credential.id,
    publicKey: Buffer.from(credential.publicKey).toString('base64url'),
    counter: credential.counter,
    transports: (credential.transports ?? []).filter((each) => typeof each === 'string').slice(0, 10),
  };
}

/**
 * The passkey of `known` that made this answer to the challenge, and its new number of uses; null if the answer is not right, or
 * the number is not greater than the last one, as after somebody has copied the authenticator. Rejects with `conflict`.
 */
export async function verifyRequest(
  site: RelyingParty,
  challenge: string,
  response: Record<string, unknown>,
  known: readonly FactorRecord[],
): Promise<{ factor: FactorRecord; counter: number } | null> {
  const { id, origin } = available(site);
  const factor = known.find((each) => each.kind === 'passkey' && each.credentialId === response.id);
  if (factor === undefined) return null;
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: response as unknown as AuthenticationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: id,
      credential: {
        id: factor.credentialId as string,
        publicKey: new Uint8Array(Buffer.from(factor.publicKey as string, 'base64url')),
        counter: factor.counter,
      },
      requireUserVerification: false,
    });
    return verified ? { factor, counter: authenticationInfo.newCounter } : null;
  } catch {
    return null;
  }
}

const credentialsOf = (known: readonly FactorRecord[]) =>
  known.flatMap(({ credentialId, transports }) =>
    credentialId === null ? [] : [{ id: credentialId, transports: transports as AuthenticatorTransport[] }],
  );
type AuthenticatorTransport = NonNullable<
  NonNullable<Parameters<typeof generateAuthenticationOptions>[0]['allowCredentials']>[number]['transports']
>[number];
