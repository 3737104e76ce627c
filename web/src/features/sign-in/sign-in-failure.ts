// Why a step of signing in failed, and whether the next attempt may follow at once.

import type { OidcError } from '@gonsters/contract';
import { ApiError } from '../../api/http/send.ts';

export type SignInFailure =
  /** The server slows down guesses; `seconds` until it looks at another one. */
  | { kind: 'slowed_down'; seconds: number }
  /** What was entered is wrong. */
  | { kind: 'wrong' }
  /** The password was entered too long ago. */
  | { kind: 'expired' }
  | { kind: 'other'; error: unknown };

/** The server says how long where it knows; this is what it says elsewhere. */
const DEFAULT_SECONDS = 5;

export function signInFailure(error: unknown): SignInFailure {
  if (!(error instanceof ApiError)) return { kind: 'other', error };
  if (error.status === 429) return { kind: 'slowed_down', seconds: Math.ceil(error.retryAfterS ?? DEFAULT_SECONDS) };
  if (error.code === 'second_factor_expired') return { kind: 'expired' };
  if (error.status === 401) return { kind: 'wrong' };
  return { kind: 'other', error };
}

/** A code without what authenticator apps show between its digits, and not longer than it. */
export const codeDigits = (typed: string): string => typed.replace(/\D/g, '').slice(0, CODE_LENGTH);
export const CODE_LENGTH = 6;

/** The text of each reason for which a sign-in with the provider fails. */
const OIDC_TEXTS = {
  access_denied: 'oidc.error.access_denied',
  provider_unavailable: 'oidc.error.provider_unavailable',
  provider_error: 'oidc.error.provider_error',
  expired: 'oidc.error.expired',
  no_rule: 'oidc.error.no_rule',
  account_exists: 'oidc.error.account_exists',
  deactivated: 'oidc.error.deactivated',
  page_address_unknown: 'oidc.error.page_address_unknown',
  failed: 'oidc.error.failed',
} as const satisfies Record<OidcError, string>;
export type OidcErrorText = (typeof OIDC_TEXTS)[OidcError];

/** From the part of the address behind `#`; null where it names no error. An unknown one is a failure like others. */
export function oidcErrorText(hash: string): OidcErrorText | null {
  const code = new URLSearchParams(hash.replace(/^#/, '')).get('oidc_error');
  if (code === null) return null;
  return Object.hasOwn(OIDC_TEXTS, code) ? OIDC_TEXTS[code as OidcError] : OIDC_TEXTS.failed;
}
