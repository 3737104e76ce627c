// Keeps all gateways in memory and decides who may publish, and for which machines.

import { type Gateway, type GatewayInput, type GatewayPatch, isoTime } from '@gonsters/contract';
import type { Clock } from '../clock.ts';
import { AppError, isAppError } from '../errors.ts';
import type { EventBus } from '../events/event-bus.ts';
import { naturalKey } from '../name-key.ts';
import { readAgain } from '../read-again.ts';
import { generatePassword, generateUsername, hashPassword, matchesPassword } from './gateway-credentials.ts';
import type { GatewayRecord, GatewayRepository } from './gateway-repository.ts';
import { checkedRights } from './gateway-rights.ts';

/** `last_seen` is written at most once a minute; otherwise every packet would cause a write. */
const SEEN_INTERVAL_MS = 60_000;
const USERNAME_ATTEMPTS = 5;
/** Compared with if the user name is unknown, so that the response time does not reveal that. */
const DUMMY_HASH = hashPassword('');

/** A gateway without its token, which is an access key. */
export type ListedGateway = Omit<Gateway, 'token'>;

export class GatewayService {
  readonly #repository: GatewayRepository;
  readonly #bus: EventBus;
  readonly #clock: Clock;
  readonly #byId = new Map<string, GatewayRecord>();
  readonly #byUsername = new Map<string, GatewayRecord>();
  readonly #byPasswordHash = new Map<string, GatewayRecord>();
  /** Increases with every change that this node makes. */
  #version = 0;

  constructor(deps: { repository: GatewayRepository; bus: EventBus; clock: Clock }) {
    this.#repository = deps.repository;
    this.#bus = deps.bus;
    this.#clock = deps.clock;
  }

  /** Loads all gateways. Rejects with `store_unavailable`. */
  async start(): Promise<void> {
    for (const record of await this.#repository.all()) this.#add(record);
  }

  /** Reads all gateways again, after another node changed some. */
  async reload(): Promise<void> {
    await readAgain(
      () => this.#version,
      () => this.#repository.all(),
      (records) => {
        for (const each of [this.#byId, this.#byUsername, this.#byPasswordHash]) each.clear();
        for (const record of records) this.#add(record);
      },
    );
  }

  /** All gateways by name. */
  list(): ListedGateway[] {
    return [...this.#byId.values()]
      .map((record) => ({ record, key: naturalKey(record.name) }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .map(({ record }) => view(record));
  }

  /** Whether at least one active gateway exists. */
  get hasAny(): boolean {
    for (const record of this.#byId.values()) if (record.isActive) return true;
    return false;
  }

  get(id: string): GatewayRecord | undefined {
    return this.#byId.get(id);
  }

  /** Only this call returns the password. Rejects with `name_taken`, and with `validation_failed` for rights that the scope has not. */
  async create(input: GatewayInput): Promise<{ gateway: ListedGateway; password: string }> {
    const password = generatePassword();
    const gateway = {
      name: input.name,
      passwordHash: hashPassword(password),
      ...checkedRights(input.scope, { machineIds: distinct(input.machine_ids), factoryId: input.factory_id }),
      timezone: input.timezone ?? 'UTC',
    };
    for (let attempt = 1; ; attempt++) {
      try {
        const record = await this.#repository.create({ ...gateway, username: generateUsername(input.name) });
        this.#version++;
        this.#add(record);
        this.#bus.publish({ kind: 'gateways' });
        return { gateway: view(record), password };
      } catch (error) {
        if (!isAppError(error, 'conflict') || attempt === USERNAME_ATTEMPTS) throw error;
      }
    }
  }

  /**
   * `password` is null unless the patch asks for a new one. Rejects with `not_found` or `name_taken`, and with `validation_failed`
   * for rights that the scope has not; a gateway that needs review takes other rights only together with its scope.
   */
  async update(id: string, patch: GatewayPatch): Promise<{ gateway: ListedGateway; password: string | null }> {
    const { rotate_password, ...rest } = patch;
    const fields = { ...rest, ...this.#rightsAfter(id, rest) };
    const password = rotate_password ? generatePassword() : null;
    const record = await this.#repository.update(id, fields, password === null ? undefined : hashPassword(password));
    this.#version++;
    this.#remove(id);
    this.#add(record);
    this.#bus.publish({ kind: 'gateways' });
    return { gateway: view(record), password };
  }

  /** Rejects with `not_found`. */
  async delete(id: string): Promise<void> {
    await this.#repository.delete(id);
    this.#version++;
    this.#remove(id);
    this.#bus.publish({ kind: 'gateways' });
  }

  /** Null if the user name or the password is wrong, or the gateway is not active. Takes constant time. */
  authenticate(username: string, password: string): GatewayRecord | null {
    const record = this.#byUsername.get(username);
    const isRight = matchesPassword(password, record?.passwordHash ?? DUMMY_HASH);
    return record?.isActive && isRight ? record : null;
  }

  /** The active gateway that has one of `names` as its name or user name; null if there is none or more than one. */
  findNamed(names: readonly string[]): GatewayRecord | null {
    const keys = new Set(names.map(naturalKey));
    const found = [...this.#byId.values()].filter(
      (record) => record.isActive && (keys.has(naturalKey(record.name)) || names.includes(record.username)),
    );
    return found.length === 1 ? (found[0] as GatewayRecord) : null;
  }

  /**
   * The gateway with this password, null if there is none or it is not active. A password is random, so that no two gateways have the
   * same, and it is looked up by its hash, so that the time reveals nothing of it.
   */
  authenticateByPassword(password: string): GatewayRecord | null {
    const record = this.#byPasswordHash.get(hashPassword(password));
    return record?.isActive ? record : null;
  }

  /** Stores the time of the newest packet, at most once a minute. */
  recordSeen(id: string): void {
    const record = this.#byId.get(id);
    const nowMs = this.#clock.nowMs();
    if (!record || (record.lastSeenMs !== null && Math.abs(nowMs - record.lastSeenMs) < SEEN_INTERVAL_MS)) return;
    record.lastSeenMs = nowMs;
    // If the write fails, the next one follows a minute later.
    this.#repository.recordSeen(id, nowMs).catch(() => {});
  }

  #rightsAfter(id: string, { scope, machine_ids, factory_id }: GatewayPatch): GatewayPatch {
    const before = this.#byId.get(id);
    if (before === undefined || (scope ?? machine_ids ?? factory_id) === undefined) return {};
    if (scope === undefined && before.needsReview) {
      const error = 'scope is required: the gateway is older than scopes';
      throw new AppError('validation_failed', undefined, { faults: [{ field: 'scope', error }] });
    }
    const asked = { machineIds: machine_ids && distinct(machine_ids), factoryId: factory_id };
    const after = checkedRights(scope ?? before.scope, asked, before);
    return { scope: after.scope, machine_ids: after.machineIds, factory_id: after.factoryId };
  }

  #add(record: GatewayRecord): void {
    this.#byId.set(record.id, record);
    this.#byUsername.set(record.username, record);
    this.#byPasswordHash.set(record.passwordHash, record);
  }

  #remove(id: string): void {
    const record = this.#byId.get(id);
    this.#byId.delete(id);
    if (record === undefined) return;
    this.#byUsername.delete(record.username);
    this.#byPasswordHash.delete(record.passwordHash);
  }
}

/** Ids are compared as lower-case text. */
const distinct = (ids: readonly string[]) => [...new Set(ids.map((id) => id.toLowerCase()))];

const view = (record: GatewayRecord): ListedGateway => ({
  id: record.id,
  name: record.name,
  username: record.username,
  scope: record.scope,
  needs_review: record.needsReview,
  machine_ids: record.machineIds,
  factory_id: record.factoryId,
  is_active: record.isActive,
  timezone: record.timezone,
  created_at: isoTime(record.createdAtMs),
  last_seen: record.lastSeenMs === null ? null : isoTime(record.lastSeenMs),
});
