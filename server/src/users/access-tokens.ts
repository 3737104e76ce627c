// Signs and verifies access tokens: JWT with one fixed algorithm, and every claim is checked (RFC 8725).

import { createSecretKey, type KeyObject, randomUUID } from 'node:crypto';
import {
  type Permission,
  ROLE_PERMISSIONS,
  ROLES,
  type Role,
  type SignInMethod,
  signInMethodSchema,
} from '@gonsters/contract';
import { errors, jwtVerify, SignJWT } from 'jose';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { UserRecord } from './user-repository.ts';

const ALGORITHM = 'HS256';
const ISSUER = 'gonsters-backend-api';
const AUDIENCE = 'gonsters-dashboard';

/** The user that makes a request, as the access token says, or the owner of the API key with which it is made. */
export interface Principal {
  userId: string;
  username: string;
  role: Role;
  /** Whose machines, and those of every factory, the user may see and change. null: every machine. */
  factoryId: string | null;
  permissions: readonly Permission[];
  sessionId: string;
  /** How the session was begun. */
  method?: SignInMethod;
  tokenId: string;
  expiresAtMs: number;
  /** The policy requires a second factor and the user has none: the session can only be used to set one up. */
  isRestricted?: boolean;
  /** Of a request with an API key, which may have less permissions than the role. */
  apiKey?: { id: string; name: string };
}

export class AccessTokens {
  readonly lifetimeSeconds: number;
  readonly #secret: KeyObject;
  readonly #clock: Clock;

  constructor(deps: { secret: Uint8Array; lifetimeSeconds: number; clock: Clock }) {
    this.#secret = createSecretKey(deps.secret);
    this.lifetimeSeconds = deps.lifetimeSeconds;
    this.#clock = deps.clock;
  }

  sign(user: UserRecord, sessionId: string, method: SignInMethod): Promise<string> {
    const issuedAt = Math.floor(this.#clock.nowMs() / 1000);
    return new SignJWT({
      username: user.username,
      email: user.email,
      role: user.role,
      permissions: ROLE_PERMISSIONS[user.role],
      factory_id: user.factoryId,
      department: user.department,
      type: 'access',
      sid: sessionId,
      method,
    })
      .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
      .setSubject(user.id)
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setJti(randomUUID())
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + this.lifetimeSeconds)
      .sign(this.#secret);
  }

  /** Does not check whether the session has ended. Rejects with `token_expired` or `unauthenticated`. */
  async read(token: string): Promise<Principal> {
    try {
      const { payload } = await jwtVerify(token, this.#secret, {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience: AUDIENCE,
        requiredClaims: ['sub', 'exp', 'iat', 'jti', 'sid'],
        currentDate: new Date(this.#clock.nowMs()),
      });
      const role = payload.role as Role;
      if (payload.type !== 'access' || !ROLES.includes(role)) throw new AppError('unauthenticated');
      return {
        userId: payload.sub as string,
        username: String(payload.username),
        role,
        factoryId: typeof payload.factory_id === 'string' ? payload.factory_id : null,
        permissions: ROLE_PERMISSIONS[role],
        sessionId: String(payload.sid),
        method: signInMethodSchema.catch('password').parse(payload.method),
        tokenId: payload.jti as string,
        expiresAtMs: (payload.exp as number) * 1000,
      };
    } catch (cause) {
      if (cause instanceof errors.JWTExpired) throw new AppError('token_expired', undefined, { cause });
      throw new AppError('unauthenticated', undefined, { cause });
    }
  }
}
