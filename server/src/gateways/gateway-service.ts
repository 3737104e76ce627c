// The gateways in memory: who may publish, and for which machines.

import { type Gateway, type GatewayInput, type GatewayPatch, isoTime } from '@gonsters/contract';
import type { Clock } from '../clock.ts';
import { isAppError } from '../errors.ts';
import type { EventBus } from '../events/event-bus.ts';
import { naturalKey } from '../name-key.ts';
import { fitsPassword, hashPassword, makePassword, makeUsername } from './gateway-credentials.ts';
import type { GatewayRecord, GatewayRepository } from './gateway-repository.ts';

/** `last_seen` is for people: once a minute is enough, once a packet would be a write per packet. */
const SEEN_EVERY_MS = 60_000;
const USERNAME_ATTEMPTS = 5;
/** Compared against where the user name is unknown, so that the time does not tell. */
const NOBODY = hashPassword('');

export class GatewayService {
  readonly #repository: GatewayRepository;
  readonly #bus: EventBus;
  readonly #clock: Clock;
  readonly #byId = new Map<string, GatewayRecord>();
  readonly #byUsername = new Map<string, GatewayRecord>();
  readonly #machines = new WeakMap<GatewayRecord, ReadonlySet<string>>();
  /** Grows with every change that this node makes. */
  #version = 0;

  constructor(deps: { repository: GatewayRepository; bus: EventBus; clock: Clock }) {
    this.#repository = deps.repository;
    this.#bus = deps.bus;
    this.#clock = deps.clock;
  }

  async start(): Promise<void> {
    for (const record of await this.#repository.all()) this.#keep(record);
  }

  /** Takes over what another node changed. */
  async reload(): Promise<void> {
    for (;;) {
      const version = this.#version;
      const records = await this.#repository.all();
      // What this node changed meanwhile is newer than what was read.
      if (version !== this.#version) continue;
      this.#byId.clear();
      this.#byUsername.clear();
      for (const record of records) this.#keep(record);
      return;
    }
  }

  list(): Gateway[] {
    return [...this.#byId.values()]
      .map((record) => ({ record, key: naturalKey(record.name) }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .map(({ record }) => view(record));
  }

  /** Whether any active gateway exists. */
  get hasAny(): boolean {
    for (const record of this.#byId.values()) if (record.isActive) return true;
    return false;
  }

  get(id: string): GatewayRecord | undefined {
    return this.#byId.get(id);
  }

  /** The password is shown once, here. Rejects with `name_taken`. */
  async create(input: GatewayInput): Promise<{ gateway: Gateway; password: string }> {
    const password = makePassword();
    const gateway = {
      name: input.name,
      passwordHash: hashPassword(password),
      machineIds: distinct(input.machine_ids),
      factoryId: input.factory_id ?? null,
    };
    for (let attempt = 1; ; attempt++) {
      try {
        const record = await this.#repository.create({ ...gateway, username: makeUsername(input.name) });
        this.#version++;
        this.#keep(record);
        this.#bus.publish({ kind: 'gateways' });
        return { gateway: view(record), password };
      } catch (error) {
        if (!isAppError(error, 'conflict') || attempt === USERNAME_ATTEMPTS) throw error;
      }
    }
  }

  /** Rejects with `not_found`, `name_taken`. */
  async update(id: string, patch: GatewayPatch): Promise<{ gateway: Gateway; password: string | null }> {
    const { rotate_password, ...rest } = patch;
    const fields = rest.machine_ids ? { ...rest, machine_ids: distinct(rest.machine_ids) } : rest;
    const password = rotate_password ? makePassword() : null;
    const record = await this.#repository.update(id, fields, password === null ? undefined : hashPassword(password));
    this.#version++;
    this.#forget(id);
    this.#keep(record);
    this.#bus.publish({ kind: 'gateways' });
    return { gateway: view(record), password };
  }

  /** Rejects with `not_found`. */
  async delete(id: string): Promise<void> {
    await this.#repository.delete(id);
    this.#version++;
    this.#forget(id);
    this.#bus.publish({ kind: 'gateways' });
  }

  /** Constant-time; null where they do not fit or the gateway is switched off. */
  authenticate(username: string, password: string): GatewayRecord | null {
    const record = this.#byUsername.get(username);
    const fits = fitsPassword(password, record?.passwordHash ?? NOBODY);
    return record?.isActive && fits ? record : null;
  }

  /**
   * Whether the gateway may send readings of this machine; `factoryId` is the one in the topic, if any. Its machines
   * it may always speak for, except under another factory's topic; other machines only under its factory's topic.
   */
  maySpeakFor(gateway: GatewayRecord, machineId: string, factoryId: string | null): boolean {
    if (gateway.factoryId !== null && factoryId !== null && factoryId !== gateway.factoryId) return false;
    if (gateway.machineIds.length === 0 && gateway.factoryId === null) return true;
    if (gateway.factoryId !== null && factoryId === gateway.factoryId) return true;
    let machines = this.#machines.get(gateway);
    if (!machines) {
      machines = new Set(gateway.machineIds);
      this.#machines.set(gateway, machines);
    }
    return machines.has(machineId);
  }

  recordSeen(id: string): void {
    const record = this.#byId.get(id);
    const nowMs = this.#clock.nowMs();
    if (!record || (record.lastSeenMs !== null && Math.abs(nowMs - record.lastSeenMs) < SEEN_EVERY_MS)) return;
    record.lastSeenMs = nowMs;
    // A database that cannot take it now hears of it a minute later.
    this.#repository.recordSeen(id, nowMs).catch(() => {});
  }

  #keep(record: GatewayRecord): void {
    this.#byId.set(record.id, record);
    this.#byUsername.set(record.username, record);
  }

  #forget(id: string): void {
    const record = this.#byId.get(id);
    this.#byId.delete(id);
    if (record) this.#byUsername.delete(record.username);
  }
}

/** Machine ids are compared as text, and a UUID may be written either way. */
const distinct = (ids: readonly string[]) => [...new Set(ids.map((id) => id.toLowerCase()))];

const view = (record: GatewayRecord): Gateway => ({
  id: record.id,
  name: record.name,
  username: record.username,
  machine_ids: record.machineIds,
  factory_id: record.factoryId,
  is_active: record.isActive,
  created_at: isoTime(record.createdAtMs),
  last_seen: record.lastSeenMs === null ? null : isoTime(record.lastSeenMs),
});
