// Who sends a request: a user who is signed in, a program with an API key of a user, or a gateway.

import type { AccessKeyRecord } from '../access-keys/access-key-repository.ts';
import type { AccessKeyService } from '../access-keys/access-key-service.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { GatewayRecord } from '../gateways/gateway-repository.ts';
import type { GatewayService } from '../gateways/gateway-service.ts';
import type { Principal } from '../users/access-tokens.ts';
import type { SessionService } from '../users/session-service.ts';
import { SignInBackoff } from '../users/sign-in-backoff.ts';
import type { Credentials } from './credentials.ts';

/** Exactly one of them is set. */
export interface Sender {
  principal: Principal | null;
  gateway: GatewayRecord | null;
}

export interface Authentication {
  /** Rejects with `unauthenticated`, `token_expired`, `token_revoked` or `too_many_attempts`. */
  identify(credentials: Credentials, address: string): Promise<Sender>;
}

export class RequestAuthentication implements Authentication {
  readonly #sessions: Pick<SessionService, 'verify'>;
  readonly #accessKeys: AccessKeyService;
  readonly #gateways: GatewayService;
  readonly #backoff: SignInBackoff;

  constructor(deps: {
    sessions: Pick<SessionService, 'verify'>;
    accessKeys: AccessKeyService;
    gateways: GatewayService;
    clock: Clock;
  }) {
    this.#sessions = deps.sessions;
    this.#accessKeys = deps.accessKeys;
    this.#gateways = deps.gateways;
    // Not that of people: a device with an old secret must keep nobody behind the same router from signing in.
    this.#backoff = new SignInBackoff(deps.clock);
  }

  async identify(credentials: Credentials, address: string): Promise<Sender> {
    switch (credentials.kind) {
      case 'session':
        return { principal: await this.#sessions.verify(credentials.token), gateway: null };
      case 'key': {
        const { secret } = credentials;
        const key = this.#accessKeys.verify(secret);
        const gateway = key === null ? this.#gateways.authenticateByPassword(secret) : null;
        if (gateway !== null) return this.#seen(gateway);
        const sender = key === null ? null : this.#senderOf(key);
        return sender ?? this.#refuse(secret, address);
      }
      case 'password': {
        const gateway = this.#gateways.authenticate(credentials.username, credentials.password);
        return gateway === null ? this.#refuse(credentials.username, address) : this.#seen(gateway);
      }
    }
  }

  #senderOf(key: AccessKeyRecord): Sender | null {
    const { owner } = key;
    const gateway = owner.kind === 'gateway' ? this.#gateways.get(owner.id) : undefined;
    if (owner.kind === 'gateway' && gateway?.isActive !== true) return null;
    if (this.#accessKeys.hasExpired(key)) throw new AppError('token_expired', 'The access key has expired');
    this.#accessKeys.recordUsed(key);
    if (owner.kind === 'gateway') return this.#seen(gateway as GatewayRecord);
    const principal: Principal = {
      userId: owner.id,
      username: owner.username,
      role: owner.role,
      factoryId: owner.factoryId,
      permissions: this.#accessKeys.permissionsOf(key),
      sessionId: '',
      tokenId: key.id,
      expiresAtMs: key.expiresAtMs ?? Number.POSITIVE_INFINITY,
      apiKey: { id: key.id, name: key.name },
    };
    return { principal, gateway: null };
  }

  #seen(gateway: GatewayRecord): Sender {
    this.#gateways.recordSeen(gateway.id);
    return { principal: null, gateway };
  }

  /**
   * Only wrong secrets are slowed down. They are random and cannot be guessed, so that a right one may be accepted at any time: a
   * device with a wrong secret keeps out none of the others at its address.
   *
   * @throws AppError
   */
  #refuse(account: string, address: string): never {
    const source = { kind: 'stranger', address } as const;
    const waitMs = this.#backoff.waitMs(account, source);
    if (waitMs > 0) {
      const message = 'Too many wrong credentials were sent; try again later';
      throw new AppError('too_many_attempts', message, { retryAfterSeconds: Math.ceil(waitMs / 1000) });
    }
    this.#backoff.recordFailure(account, source);
    throw new AppError('unauthenticated', 'The access key, or the user name or password of the gateway, is not valid');
  }
}
