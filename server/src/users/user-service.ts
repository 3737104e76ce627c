// Creates, changes and deletes users, and ends their sessions where a change requires it.

import type { Register, User, UserPatch } from '@gonsters/contract';
import { AppError } from '../errors.ts';
import type { Principal } from './access-tokens.ts';
import type { PasswordHasher } from './password-hasher.ts';
import { refuseWeakPassword } from './password-policy.ts';
import type { SessionService } from './session-service.ts';
import { type NewUser, NO_PASSWORD, type UserRecord, type UserRepository } from './user-repository.ts';
import { userView } from './user-view.ts';

interface UserServiceDeps {
  users: UserRepository;
  sessions: SessionService;
  passwords: PasswordHasher;
  /** The API keys of users, which depend on the role and the activation of their owner. */
  accessKeys: { ownersChanged(): Promise<void> };
  allowRegistration: boolean;
  /** Who registers alone may sign in only after Management has admitted the account. */
  needsAdmission: boolean;
}

/** Learns of every change of users, before the change is reported as done. */
export interface UserObserver {
  /** Somebody was added or changed. */
  changed(): Promise<void>;
  /** Somebody was deleted or deactivated. */
  gone(user: UserRecord): Promise<void>;
}

export class UserService {
  readonly #users: UserRepository;
  readonly #sessions: SessionService;
  readonly #passwords: PasswordHasher;
  readonly #accessKeys: UserServiceDeps['accessKeys'];
  readonly #allowRegistration: boolean;
  readonly #needsAdmission: boolean;
  #observer: UserObserver | null = null;

  constructor(deps: UserServiceDeps) {
    this.#users = deps.users;
    this.#sessions = deps.sessions;
    this.#passwords = deps.passwords;
    this.#accessKeys = deps.accessKeys;
    this.#allowRegistration = deps.allowRegistration;
    this.#needsAdmission = deps.needsAdmission;
  }

  /** Call before requests are served. */
  observe(observer: UserObserver): void {
    this.#observer = observer;
  }

  /**
   * `by` is the signed-in user, null for an anonymous request, which can only create an Operator, and only if registration is
   * enabled. Management of a factory creates users of that factory. Rejects with `forbidden_role`, `registration_disabled`,
   * `name_taken`, `email_taken`, and with `validation_failed` for another factory.
   */
  async register(input: Register, by: Principal | null): Promise<User> {
    const mayManage = by?.permissions.includes('write:users') ?? false;
    if (!mayManage && input.role !== 'Operator') throw new AppError('forbidden_role');
    if (!mayManage && !this.#allowRegistration) throw new AppError('registration_disabled');
    if (!mayManage) return this.add(input, { isAdmitted: !this.#needsAdmission });
    const scope = by?.factoryId ?? null;
    if (scope === null) return this.add(input);
    if (input.factory_id !== undefined && input.factory_id !== scope) {
      const faults = [{ field: 'factory_id', error: 'factory_id must be your own factory', value: input.factory_id }];
      throw new AppError('validation_failed', undefined, { faults });
    }
    return this.add({ ...input, factory_id: scope });
  }

  /**
   * Creates a user with any role, for the command line. Rejects with `name_taken` or `email_taken`, and with `validation_failed`
   * for a common password or one that contains the name.
   */
  async add(input: Register, { isAdmitted } = { isAdmitted: true }): Promise<User> {
    await refuseWeakPassword('password', input.password, input);
    const record = await this.#users.create({
      username: input.username,
      email: input.email,
      passwordHash: await this.#passwords.hash(input.password),
      role: input.role,
      factoryId: input.factory_id ?? null,
      department: input.department ?? null,
      isAdmitted,
    });
    await this.#observer?.changed();
    return userView(record);
  }

  /** Creates an account that signs in with OpenID Connect only. Rejects with `name_taken` or `email_taken`. */
  async addWithoutPassword(user: Omit<NewUser, 'passwordHash' | 'isAdmitted'>): Promise<UserRecord> {
    const record = await this.#users.create({ ...user, passwordHash: NO_PASSWORD });
    await this.#observer?.changed();
    return record;
  }

  async list(): Promise<User[]> {
    return (await this.#users.all()).map(userView);
  }

  /**
   * A new role or factory, or `is_active: false`, ends all sessions of the user, because access tokens contain role and factory. API
   * keys have the rights of both at once. Rejects with `not_found` or `last_manager`.
   */
  async update(id: string, patch: UserPatch): Promise<User> {
    const before = await this.#users.byId(id);
    const record = await this.#users.update(id, patch);
    const isOtherFactory = before?.factoryId !== record.factoryId;
    const isOtherOwner = before?.role !== record.role || before.isActive !== record.isActive || isOtherFactory;
    if (isOtherOwner) await this.#accessKeys.ownersChanged();
    if (before?.role !== record.role) await this.#sessions.endAllOf(id, 'role_changed');
    else if (isOtherFactory) await this.#sessions.endAllOf(id, 'factory_changed');
    else if (!record.isActive) await this.#sessions.endAllOf(id, 'deactivated');
    if (before?.isActive && !record.isActive) await this.#observer?.gone(record);
    else await this.#observer?.changed();
    return userView(record);
  }

  /** Resolves with the deleted user. Rejects with `not_found` or `last_manager`. */
  async delete(id: string): Promise<User> {
    // Ended before the deletion, so that the ids of the open sessions can be published.
    const record = await this.#users.byId(id);
    if (record === null) throw new AppError('not_found', `No user with id ${id} exists`);
    await this.#users.update(id, { is_active: false });
    await this.#sessions.endAllOf(id, 'deleted');
    await this.#users.delete(id);
    await this.#accessKeys.ownersChanged();
    await this.#observer?.gone(record);
    return userView(record);
  }
}
