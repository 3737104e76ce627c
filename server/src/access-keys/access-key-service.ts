// Keeps all access keys in memory, and decides whether a secret is valid.

import { type KeyRotation, MAX_API_KEYS, type Permission, ROLE_PERMISSIONS } from '@gonsters/contract';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { EventBus } from '../events/event-bus.ts';
import { readAgain } from '../read-again.ts';
import type { AccessKeyRecord, AccessKeyRepository, KeyOwner } from './access-key-repository.ts';
import { generatePublicId, generateSecret, hashSecret, matchesSecret, publicIdOf } from './key-secret.ts';

/** `last_used` is written at most once a minute; otherwise every request would cause a write. */
const USED_INTERVAL_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Compared with if there is no such key, so that the response time does not reveal that. */
const DUMMY_HASH = hashSecret('');

/** A key with its secret, which only this reply contains. */
export interface IssuedKey {
  key: AccessKeyRecord;
  secret: string;
}

export class AccessKeyService {
  readonly #repository: AccessKeyRepository;
  readonly #bus: EventBus;
  readonly #clock: Clock;
  readonly #byId = new Map<string, AccessKeyRecord>();
  readonly #byPublicId = new Map<string, AccessKeyRecord>();
  readonly #byGateway = new Map<string, AccessKeyRecord>();
  /** Increases with every change that this node makes. */
  #version = 0;

  constructor(deps: { repository: AccessKeyRepository; bus: EventBus; clock: Clock }) {
    this.#repository = deps.repository;
    this.#bus = deps.bus;
    this.#clock = deps.clock;
  }

  /** Loads all keys. Rejects with `store_unavailable`. */
  async start(): Promise<void> {
    await this.reload();
  }

  /** Reads all keys and their owners again, after another node changed some. */
  async reload(): Promise<void> {
    await readAgain(
      () => this.#version,
      () => this.#repository.all(),
      (records) => {
        for (const each of [this.#byId, this.#byPublicId, this.#byGateway]) each.clear();
        for (const record of records) this.#add(record);
      },
    );
  }

  /** Call when an owner changed or was deleted, before that is reported as done. */
  async ownersChanged(): Promise<void> {
    this.#version++;
    await this.reload();
    this.#bus.publish({ kind: 'access_keys' });
  }

  /** All API keys, or those of one user, the oldest first. */
  apiKeys(userId?: string): AccessKeyRecord[] {
    return [...this.#byId.values()].filter(
      ({ owner }) => owner.kind === 'user' && (userId === undefined || owner.id === userId),
    );
  }

  /** The token of a gateway. */
  tokenOf(gatewayId: string): AccessKeyRecord | null {
    return this.#byGateway.get(gatewayId) ?? null;
  }

  /**
   * The key of a secret, null if there is none, or it is neither the present secret nor a former one that is still valid, or its
   * owner is a user who is not active. Does not check whether it has expired, nor whether its gateway is active.
   */
  verify(secret: string): AccessKeyRecord | null {
    const key = this.#byPublicId.get(publicIdOf(secret) ?? '');
    const isPresent = matchesSecret(secret, key?.secretHash ?? DUMMY_HASH);
    const isFormer = matchesSecret(secret, key?.formerHash ?? DUMMY_HASH);
    if (key === undefined || (key.owner.kind === 'user' && !key.owner.isActive)) return null;
    return isPresent || (isFormer && this.formerUntilMs(key) !== null) ? key : null;
  }

  hasExpired({ expiresAtMs }: AccessKeyRecord): boolean {
    return expiresAtMs !== null && expiresAtMs <= this.#clock.nowMs();
  }

  /** Until when the former secret is valid; null if it is not valid any more. */
  formerUntilMs({ formerUntilMs }: AccessKeyRecord): number | null {
    return formerUntilMs !== null && formerUntilMs > this.#clock.nowMs() ? formerUntilMs : null;
  }

  /**
   * What the bearer of an API key may do: what the owner allowed it, as far as the owner may do it now.
   */
  permissionsOf({ owner, permissions }: AccessKeyRecord): readonly Permission[] {
    if (owner.kind !== 'user') return [];
    return permissions.filter((each) => ROLE_PERMISSIONS[owner.role].includes(each));
  }

  /** Rejects with `validation_failed` if the expiry is past, with `conflict` if the owner has too many keys or a token already. */
  async create(input: {
    owner: Pick<KeyOwner, 'kind' | 'id'>;
    name: string;
    permissions: readonly Permission[];
    expiresAtMs: number | null;
  }): Promise<IssuedKey> {
    const { owner } = input;
    this.#checkExpiry(input.expiresAtMs);
    if (owner.kind === 'user' && this.apiKeys(owner.id).length >= MAX_API_KEYS) {
      throw new AppError('conflict', `A user may have at most ${MAX_API_KEYS} API keys`);
    }
    const publicId = generatePublicId();
    const secret = generateSecret(publicId);
    const key = await this.#repository.create({
      ...input,
      permissions: [...new Set(input.permissions)],
      publicId,
      secretHash: hashSecret(secret),
      createdAtMs: this.#clock.nowMs(),
    });
    this.#changed(key);
    return { key, secret };
  }

  /**
   * Gives the key a new secret. The present one stays valid for the overlap, but not longer than before; one from an earlier
   * rotation ends at once. Rejects with `not_found`, or `validation_failed` if the expiry is past.
   */
  async rotate(id: string, { overlap_hours, expires_at }: KeyRotation): Promise<IssuedKey> {
    const before = this.#byId.get(id);
    if (before === undefined) throw new AppError('not_found', `No access key with id ${id} exists`);
    const expiresAtMs = expires_at === undefined ? before.expiresAtMs : expires_at;
    this.#checkExpiry(expiresAtMs);
    const nowMs = this.#clock.nowMs();
    const secret = generateSecret(before.publicId);
    const key = await this.#repository.rotate(id, {
      secretHash: hashSecret(secret),
      formerUntilMs: Math.min(nowMs + overlap_hours * HOUR_MS, before.expiresAtMs ?? Number.POSITIVE_INFINITY),
      rotatedAtMs: nowMs,
      expiresAtMs,
    });
    this.#changed(key);
    return { key, secret };
  }

  /** Its secret is refused at once. Rejects with `not_found`. */
  async revoke(id: string): Promise<void> {
    await this.#repository.delete(id);
    const key = this.#byId.get(id);
    this.#byId.delete(id);
    if (key !== undefined) this.#byPublicId.delete(key.publicId);
    if (key?.owner.kind === 'gateway') this.#byGateway.delete(key.owner.id);
    this.#changed(null);
  }

  /** Stores the time of the newest use, at most once a minute. */
  recordUsed(key: AccessKeyRecord): void {
    const nowMs = this.#clock.nowMs();
    if (key.lastUsedMs !== null && Math.abs(nowMs - key.lastUsedMs) < USED_INTERVAL_MS) return;
    key.lastUsedMs = nowMs;
    // If the write fails, the next one follows a minute later.
    this.#repository.recordUsed(key.id, nowMs).catch(() => {});
  }

  #changed(key: AccessKeyRecord | null): void {
    this.#version++;
    if (key !== null) this.#add(key);
    this.#bus.publish({ kind: 'access_keys' });
  }

  #add(record: AccessKeyRecord): void {
    this.#byId.set(record.id, record);
    this.#byPublicId.set(record.publicId, record);
    if (record.owner.kind === 'gateway') this.#byGateway.set(record.owner.id, record);
  }

  #checkExpiry(expiresAtMs: number | null): void {
    if (expiresAtMs === null || expiresAtMs > this.#clock.nowMs()) return;
    const faults = [{ field: 'expires_at', error: 'expires_at must be in the future' }];
    throw new AppError('validation_failed', undefined, { faults });
  }
}
