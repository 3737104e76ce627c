// How users add and remove their own second factors, and how Management removes those of a user who has lost them.

import { type Factor, isoTime } from '@gonsters/contract';
import type { PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/server';
import type { Clock } from '../../clock.ts';
import { AppError } from '../../errors.ts';
import type { SecretBox } from '../../secret-box.ts';
import type { Principal } from '../access-tokens.ts';
import type { SessionService } from '../session-service.ts';
import type { ChallengeStore } from './challenge-store.ts';
import type { FactorRecord, FactorRepository } from './factor-repository.ts';
import { creationOptions, verifyCreation } from './passkeys.ts';
import { newRecoveryCodes, recoveryCodeHash } from './recovery-codes.ts';
import type { RelyingParty } from './relying-party.ts';
import type { SecondFactorGate } from './second-factor-gate.ts';
import { matchTotp, newTotpSecret, totpUri } from './totp.ts';

const ISSUER = 'GONSTERS';
const MAX_FACTORS = 10;

type Owner = Pick<Principal, 'userId' | 'username' | 'role' | 'sessionId'>;

export class FactorEnrolment {
  readonly #factors: FactorRepository;
  readonly #challenges: ChallengeStore;
  readonly #gate: SecondFactorGate;
  readonly #box: SecretBox;
  readonly #sessions: Pick<SessionService, 'endAllOf'>;
  readonly #clock: Clock;

  constructor(deps: {
    factors: FactorRepository;
    challenges: ChallengeStore;
    gate: SecondFactorGate;
    box: SecretBox;
    sessions: Pick<SessionService, 'endAllOf'>;
    clock: Clock;
  }) {
    this.#factors = deps.factors;
    this.#challenges = deps.challenges;
    this.#gate = deps.gate;
    this.#box = deps.box;
    this.#sessions = deps.sessions;
    this.#clock = deps.clock;
  }

  async of(userId: string): Promise<{ factors: Factor[]; recoveryCodesLeft: number }> {
    const factors = await this.#factors.ofUser(userId);
    return { factors: factors.map(factorView), recoveryCodesLeft: await this.#factors.recoveryCodesLeft(userId) };
  }

  /** How many factors each user has who has some. */
  counts(): Promise<Map<string, number>> {
    return this.#factors.counts();
  }

  /** An authenticator app, which counts once its first code has arrived. Rejects with `conflict`. */
  async beginTotp(owner: Owner, name: string): Promise<{ id: string; secret: string; uri: string }> {
    await this.#refuseTooMany(owner.userId);
    const secret = newTotpSecret();
    const id = await this.#factors.begin({
      ...{ userId: owner.userId, kind: 'totp', name, secret: await this.#box.encrypt(secret), counter: 0 },
      ...{ credentialId: null, publicKey: null, transports: [], createdAtMs: this.#clock.nowMs() },
    });
    return { id, secret, uri: totpUri(secret, owner.username, ISSUER) };
  }

  /**
   * @returns recovery codes with the first factor of the user; null with a further one. Rejects with `not_found`, and with
   *   `validation_failed` for a wrong code
   */
  async confirmTotp(owner: Owner, id: string, code: string): Promise<string[] | null> {
    const factor = await this.#factors.begun(owner.userId, id);
    const secret = factor && (await this.#box.decrypt(factor.secret as string));
    if (factor === null || secret === null) throw new AppError('not_found', `No authenticator app waits with id ${id}`);
    const step = matchTotp(secret, code, this.#clock.nowMs(), 0);
    if (step === null) {
      const faults = [{ field: 'code', error: 'code is wrong; compare the clock of the phone' }];
      throw new AppError('validation_failed', undefined, { faults });
    }
    const codes = newRecoveryCodes();
    const isFirst = await this.#factors.confirm(factor, step, hashesOf(owner.userId, codes));
    if (isFirst === null) throw new AppError('not_found', `No authenticator app waits with id ${id}`);
    await this.#added(owner, isFirst);
    return isFirst ? codes : null;
  }

  /** Rejects with `conflict` where there are no passkeys. */
  async beginPasskey(owner: Owner, site: RelyingParty): Promise<PublicKeyCredentialCreationOptionsJSON> {
    const known = await this.#refuseTooMany(owner.userId);
    const options = await creationOptions(site, { id: owner.userId, username: owner.username }, known);
    await this.#challenges.setForSession(owner.sessionId, owner.userId, options.challenge, this.#clock.nowMs());
    return options;
  }

  /** Rejects with `validation_failed` for an answer that is not right, too late or sent again, and with `conflict`. */
  async addPasskey(
    owner: Owner,
    name: string,
    response: Record<string, unknown>,
    site: RelyingParty,
  ): Promise<{ factor: Factor; recoveryCodes: string[] | null }> {
    const nowMs = this.#clock.nowMs();
    const challenge = await this.#challenges.takeForSession(owner.sessionId, nowMs);
    const credential = challenge === null ? null : await verifyCreation(site, challenge, response);
    if (credential === null) {
      const faults = [{ field: 'response', error: 'response does not answer the last options, or came too late' }];
      throw new AppError('validation_failed', undefined, { faults });
    }
    const codes = newRecoveryCodes();
    const { userId } = owner;
    const passkey = { userId, kind: 'passkey', name, secret: null, ...credential, createdAtMs: nowMs } as const;
    const added = await this.#factors.add(passkey, hashesOf(userId, codes));
    if (added === null) throw new AppError('conflict', 'This passkey is already in use');
    await this.#added(owner, added.isFirst);
    const factor = factorView({ ...passkey, id: added.id, lastUsedMs: null });
    return { factor, recoveryCodes: added.isFirst ? codes : null };
  }

  /** Rejects with `not_found`, and with `conflict` for the last factor of a user whose role requires one. */
  async remove(owner: Owner, id: string): Promise<Factor> {
    const factors = await this.#factors.ofUser(owner.userId);
    const factor = factors.find((each) => each.id === id);
    if (factor === undefined) throw new AppError('not_found', `No second factor with id ${id} exists`);
    if (factors.length === 1 && this.#gate.requires(owner.role)) {
      throw new AppError('conflict', 'Your role requires a second factor; add another one first');
    }
    await this.#factors.remove(owner.userId, id);
    await this.#gate.changed();
    return factorView(factor);
  }

  /** Former codes do not work any more. Rejects with `conflict` without a second factor. */
  async renewRecoveryCodes(userId: string): Promise<string[]> {
    if ((await this.#factors.ofUser(userId)).length === 0) {
      throw new AppError('conflict', 'There are recovery codes only beside a second factor');
    }
    const codes = newRecoveryCodes();
    await this.#factors.replaceRecoveryCodes(userId, hashesOf(userId, codes));
    return codes;
  }

  /** For a user who has lost them; ends the sessions of the user. @returns how many factors there were */
  async reset(userId: string): Promise<number> {
    const count = await this.#factors.removeAll(userId);
    await this.#gate.changed();
    await this.#sessions.endAllOf(userId, 'second_factor_reset');
    return count;
  }

  /** Rejects with `conflict` where no authenticator app could be added. */
  async refuseWithoutKey(): Promise<void> {
    await this.#box.encrypt('');
  }

  /** Sessions that were begun with the password only end with the first factor, but for the one in which it was added. */
  async #added({ userId, sessionId }: Owner, isFirst: boolean): Promise<void> {
    await this.#gate.changed();
    if (isFirst) await this.#sessions.endAllOf(userId, 'second_factor_added', sessionId);
  }

  async #refuseTooMany(userId: string): Promise<FactorRecord[]> {
    const factors = await this.#factors.ofUser(userId);
    if (factors.length < MAX_FACTORS) return factors;
    throw new AppError('conflict', `A user has at most ${MAX_FACTORS} second factors; remove one first`);
  }
}

const hashesOf = (userId: string, codes: readonly string[]) =>
  codes.map((code) => recoveryCodeHash(userId, code) as string);

const factorView = ({ id, kind, name, createdAtMs, lastUsedMs }: FactorRecord): Factor => ({
  ...{ id, kind, name, created_at: isoTime(createdAtMs) },
  last_used_at: lastUsedMs === null ? null : isoTime(lastUsedMs),
});
