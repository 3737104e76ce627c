// The account of a person of the provider: found, created, or refused; role and factory are those of the rules at every sign-in.

import type { OidcRule } from '@gonsters/contract';
import type { Clock } from '../../clock.ts';
import { isAppError } from '../../errors.ts';
import type { UserRecord, UserRepository } from '../user-repository.ts';
import type { UserService } from '../user-service.ts';
import { ruleFor } from './group-rules.ts';
import { OidcFailure } from './oidc-failure.ts';
import type { OidcRepository } from './oidc-repository.ts';
import type { OidcPerson } from './person.ts';

/** What a sign-in did to an account, for the audit log. */
export type AccountChange = 'created' | 'changed' | null;

export class OidcAccounts {
  readonly #repository: OidcRepository;
  readonly #users: UserRepository;
  readonly #accounts: Pick<UserService, 'update' | 'addWithoutPassword'>;
  readonly #clock: Clock;

  constructor(deps: {
    repository: OidcRepository;
    users: UserRepository;
    accounts: Pick<UserService, 'update' | 'addWithoutPassword'>;
    clock: Clock;
  }) {
    this.#repository = deps.repository;
    this.#users = deps.users;
    this.#accounts = deps.accounts;
    this.#clock = deps.clock;
  }

  /** Rejects with an OidcFailure `no_rule`, `account_exists` or `deactivated`. */
  async accountOf(person: OidcPerson): Promise<{ user: UserRecord; change: AccountChange }> {
    const { username } = person;
    const userId = await this.#repository.userOf(person);
    const user = userId === null ? null : await this.#users.byId(userId);
    // A person who was deactivated here learns nothing about the rules.
    if (user?.isActive === false) throw new OidcFailure('deactivated', { username });
    const rule = ruleFor(await this.#repository.rules(), person.groups);
    if (rule === null) {
      await this.#refuse(person, 'no_rule', null);
      throw new OidcFailure('no_rule', { username });
    }
    const known =
      user === null
        ? { user: await this.#create(person, rule), change: 'created' as const }
        : await this.#adjust(user, rule);
    await this.#repository.forgetRefusal(person);
    return known;
  }

  async #adjust(user: UserRecord, rule: OidcRule): Promise<{ user: UserRecord; change: AccountChange }> {
    if (user.role === rule.role && user.factoryId === rule.factory_id) return { user, change: null };
    await this.#accounts.update(user.id, { role: rule.role, factory_id: rule.factory_id });
    return { user: { ...user, role: rule.role, factoryId: rule.factory_id }, change: 'changed' };
  }

  async #create(person: OidcPerson, rule: OidcRule): Promise<UserRecord> {
    const { username, email } = person;
    // Never taken over because of a name: whoever may choose names at the provider could choose that of a manager.
    const existing = (await this.#users.byLogin(username)) ?? (await this.#users.byLogin(email));
    if (existing !== null) return this.#refuseExisting(person, existing.id);
    try {
      const user = await this.#accounts.addWithoutPassword({
        ...{ username, email, role: rule.role, factoryId: rule.factory_id, department: null },
      });
      await this.#repository.link(user.id, person, this.#clock.nowMs());
      return user;
    } catch (error) {
      // Of two first sign-ins at the same moment.
      if (isAppError(error, 'name_taken') || isAppError(error, 'email_taken') || isAppError(error, 'conflict')) {
        return this.#refuseExisting(person, null);
      }
      throw error;
    }
  }

  async #refuseExisting(person: OidcPerson, userId: string | null): Promise<never> {
    await this.#refuse(person, 'account_exists', userId);
    throw new OidcFailure('account_exists', { username: person.username });
  }

  #refuse(person: OidcPerson, reason: 'no_rule' | 'account_exists', userId: string | null): Promise<void> {
    return this.#repository.recordRefusal(person, { reason, userId, nowMs: this.#clock.nowMs() });
  }
}
