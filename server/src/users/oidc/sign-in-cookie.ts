// The cookie that a browser keeps while it is at the provider: what was sent there, signed, so that any node can check what comes back.

import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { Clock } from '../../clock.ts';

const ALGORITHM = 'HS256';
/** How long a person may take at the provider. */
export const SIGN_IN_SECONDS = 600;

const begunSchema = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  returnTo: z.string().nullable(),
});
/** A sign-in that was begun: `verifier` is that of PKCE. */
export type BegunSignIn = z.infer<typeof begunSchema>;

export class SignInCookie {
  readonly #key: KeyObject;
  readonly #clock: Clock;

  /** @param secret that of access tokens; the key is derived from it, so that neither is valid in place of the other */
  constructor(secret: Uint8Array, clock: Clock) {
    this.#key = createSecretKey(createHmac('sha256', secret).update('OpenID Connect sign-in').digest());
    this.#clock = clock;
  }

  seal(begun: BegunSignIn): Promise<string> {
    const issuedAt = Math.floor(this.#clock.nowMs() / 1000);
    return new SignJWT({ ...begun })
      .setProtectedHeader({ alg: ALGORITHM })
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + SIGN_IN_SECONDS)
      .sign(this.#key);
  }

  /** null if it is too old or was not made here. */
  async open(value: string): Promise<BegunSignIn | null> {
    try {
      const options = { algorithms: [ALGORITHM], requiredClaims: ['exp'], currentDate: new Date(this.#clock.nowMs()) };
      return begunSchema.parse((await jwtVerify(value, this.#key, options)).payload);
    } catch {
      return null;
    }
  }
}
