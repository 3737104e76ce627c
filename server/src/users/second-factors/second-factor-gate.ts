// Who must have a second factor and has none. In memory, since every request looks here.

import type { Role, SignInMethod } from '@gonsters/contract';
import type { EventBus } from '../../events/event-bus.ts';
import { readAgain } from '../../read-again.ts';
import type { FactorPolicyRepository } from './factor-policy-repository.ts';
import type { FactorRepository } from './factor-repository.ts';

export class SecondFactorGate {
  readonly #factors: Pick<FactorRepository, 'counts'>;
  readonly #policy: FactorPolicyRepository;
  readonly #bus: EventBus;
  #required: ReadonlySet<Role> = new Set();
  #enrolled: ReadonlySet<string> = new Set();
  /** Increases with every change that this node makes. */
  #version = 0;

  constructor(deps: {
    factors: Pick<FactorRepository, 'counts'>;
    policy: FactorPolicyRepository;
    bus: EventBus;
  }) {
    this.#factors = deps.factors;
    this.#policy = deps.policy;
    this.#bus = deps.bus;
  }

  /** Reads it again, after another node changed something. */
  async reload(): Promise<void> {
    await readAgain(
      () => this.#version,
      async () => ({ roles: await this.#policy.requiredRoles(), counts: await this.#factors.counts() }),
      ({ roles, counts }) => {
        this.#required = new Set(roles);
        this.#enrolled = new Set(counts.keys());
      },
    );
  }

  /** Call after a factor was added or removed, before that is reported as done. */
  async changed(): Promise<void> {
    this.#version++;
    await this.reload();
    this.#bus.publish({ kind: 'second_factors' });
  }

  requires(role: Role): boolean {
    return this.#required.has(role);
  }

  async require(roles: readonly Role[]): Promise<void> {
    await this.#policy.setRequiredRoles(roles);
    await this.changed();
  }

  /** Whoever signs in with OpenID Connect has the second factor of that provider. */
  stateOf(
    user: { id: string; role: Role },
    method: SignInMethod = 'password',
  ): { required: boolean; enrolled: boolean } {
    return { required: method !== 'oidc' && this.requires(user.role), enrolled: this.#enrolled.has(user.id) };
  }

  /** Such a session can only set up a second factor. */
  isRestricted({ userId, role, method }: { userId: string; role: Role; method?: SignInMethod }): boolean {
    const { required, enrolled } = this.stateOf({ id: userId, role }, method);
    return required && !enrolled;
  }
}
