// Why a sign-in with OpenID Connect failed.

import type { OidcError } from '@gonsters/contract';

export class OidcFailure extends Error {
  readonly code: OidcError;
  /** The user name that the provider sent; null where it is not known. */
  readonly username: string | null;

  constructor(code: OidcError, options: { username?: string; cause?: unknown } = {}) {
    super(`The sign-in with OpenID Connect failed: ${code}`, { cause: options.cause });
    this.code = code;
    this.username = options.username ?? null;
  }
}
