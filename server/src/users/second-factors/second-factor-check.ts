// Whether the second factor of a sign-in is right.

import type { SecondFactorMethod, SignInMethod } from '@gonsters/contract';
import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server';
import type { Clock } from '../../clock.ts';
import { AppError } from '../../errors.ts';
import type { SecretBox } from '../../secret-box.ts';
import { hashOfToken } from '../../token-hash.ts';
import type { UserRecord } from '../user-repository.ts';
import type { ChallengeStore, Waiting } from './challenge-store.ts';
import type { FactorRecord, FactorRepository } from './factor-repository.ts';
import { requestOptions, verifyRequest } from './passkeys.ts';
import { recoveryCodeHash } from './recovery-codes.ts';
import type { RelyingParty } from './relying-party.ts';
import { matchTotp } from './totp.ts';

export type SecondFactorAnswer = { code: string } | { passkey: Record<string, unknown>; site: RelyingParty };

export interface PendingSignIn {
  token: string;
  expiresAtMs: number;
  methods: SecondFactorMethod[];
}

export class SecondFactorCheck {
  readonly #factors: FactorRepository;
  readonly #challenges: ChallengeStore;
  readonly #box: Pick<SecretBox, 'decrypt'>;
  readonly #clock: Clock;

  constructor(deps: {
    factors: FactorRepository;
    challenges: ChallengeStore;
    box: Pick<SecretBox, 'decrypt'>;
    clock: Clock;
  }) {
    this.#factors = deps.factors;
    this.#challenges = deps.challenges;
    this.#box = deps.box;
    this.#clock = deps.clock;
  }

  /** How the user can prove who they are beside the password; empty without a second factor. */
  async methodsOf(userId: string): Promise<SecondFactorMethod[]> {
    const factors = await this.#factors.ofUser(userId);
    if (factors.length === 0) return [];
    const kinds = new Set<SecondFactorMethod>(factors.map(({ kind }) => kind));
    const codes = await this.#factors.recoveryCodesLeft(userId);
    return [...kinds, ...(codes > 0 ? (['recovery_code'] as const) : [])];
  }

  /** The password was right. */
  async begin(user: UserRecord, methods: SecondFactorMethod[]): Promise<PendingSignIn> {
    return { ...(await this.#challenges.begin(user.id, user.passwordHash, this.#clock.nowMs())), methods };
  }

  /** Rejects with `second_factor_expired`. */
  async waiting(token: string): Promise<Waiting> {
    const waiting = await this.#challenges.waiting(token, this.#clock.nowMs());
    if (waiting === null) throw new AppError('second_factor_expired');
    return waiting;
  }

  /** Rejects with `second_factor_expired`, or with `conflict` where there are no passkeys. */
  async options(token: string, site: RelyingParty): Promise<PublicKeyCredentialRequestOptionsJSON> {
    const { userId } = await this.waiting(token);
    const passkeys = (await this.#factors.ofUser(userId)).filter(({ kind }) => kind === 'passkey');
    if (passkeys.length === 0) throw new AppError('conflict', 'The user has no passkey');
    const options = await requestOptions(site, passkeys);
    await this.#challenges.setChallenge(token, options.challenge);
    return options;
  }

  /**
   * How the user has proved it; null if the answer is wrong or was used before. `before` is called directly before the answer is
   * compared; an error that it throws rejects the call. Rejects with `conflict` where the secret cannot be read, or where there
   * are no passkeys.
   */
  async verify(
    token: string,
    { userId, challenge }: Waiting,
    answer: SecondFactorAnswer,
    turn: { before(): void; wrong(): void },
  ): Promise<SignInMethod | null> {
    const factors = await this.#factors.ofUser(userId);
    const nowMs = this.#clock.nowMs();
    if ('passkey' in answer) {
      turn.before();
      const taken = challenge !== null && (await this.#challenges.takeChallenge(token, challenge));
      const used = taken ? await verifyRequest(answer.site, challenge, answer.passkey, factors) : null;
      if (used !== null && (await this.#factors.use(used.factor.id, used.counter, nowMs))) return 'password_passkey';
      turn.wrong();
      return null;
    }
    const hash = recoveryCodeHash(userId, answer.code);
    if (hash !== null) {
      turn.before();
      if (await this.#factors.useRecoveryCode(userId, hash)) return 'password_recovery_code';
      turn.wrong();
      return null;
    }
    const secrets = await this.#secretsOf(factors);
    // Nothing else runs between this and `wrong`, so that answers at the same moment are delayed like those one after the other.
    turn.before();
    for (const { factor, secret } of secrets) {
      const step = matchTotp(secret, answer.code, nowMs, factor.counter);
      if (step === null) continue;
      // Of two requests with the same code, one succeeds.
      if (await this.#factors.use(factor.id, step, nowMs)) return 'password_totp';
    }
    turn.wrong();
    return null;
  }

  /** Each token signs in once. Rejects with `second_factor_expired`. */
  async complete(token: string): Promise<void> {
    if (!(await this.#challenges.take(token))) throw new AppError('second_factor_expired');
  }

  /** Whether the password is still that with which the sign-in began. */
  isCurrent({ passwordMark }: Waiting, user: UserRecord): boolean {
    return passwordMark === hashOfToken(user.passwordHash);
  }

  async prune(nowMs: number): Promise<void> {
    await this.#challenges.prune(nowMs);
  }

  async #secretsOf(factors: readonly FactorRecord[]): Promise<{ factor: FactorRecord; secret: string }[]> {
    const readable = [];
    const apps = factors.filter(({ kind }) => kind === 'totp');
    for (const factor of apps) {
      const secret = await this.#box.decrypt(factor.secret as string);
      if (secret !== null) readable.push({ factor, secret });
    }
    if (apps.length > 0 && readable.length === 0) {
      throw new AppError(
        'conflict',
        'The secret of the authenticator app was encrypted with another SECRETS_KEY; use a recovery code, or ask Management',
      );
    }
    return readable;
  }
}
