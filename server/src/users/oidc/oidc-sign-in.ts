// A sign-in with OpenID Connect, from the button to the session. Nothing of it is kept in the memory of one node.

import { randomBytes } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { AppError } from '../../errors.ts';
import type { UserRecord, UserRepository } from '../user-repository.ts';
import type { AccountChange, OidcAccounts } from './oidc-accounts.ts';
import { OidcFailure } from './oidc-failure.ts';
import type { OidcProvider } from './oidc-provider.ts';
import type { OidcRepository } from './oidc-repository.ts';
import { SIGN_IN_SECONDS, type SignInCookie } from './sign-in-cookie.ts';

/** How long the page has to fetch the session. */
const CODE_VALID_MS = 60_000;
const CODE_BYTES = 32;

interface Deps {
  provider: OidcProvider;
  accounts: OidcAccounts;
  repository: OidcRepository;
  users: UserRepository;
  cookie: SignInCookie;
  clock: Clock;
}

export class OidcSignIn {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Rejects with `store_unavailable` while the provider cannot be reached. */
  probe(): Promise<void> {
    return this.#deps.provider.probe();
  }

  /** @returns where the browser goes, and the cookie that it keeps. Rejects with an OidcFailure. */
  async begin(redirectUri: string, returnTo: string | null): Promise<{ url: string; cookie: string }> {
    const { url, begun } = await this.#deps.provider.begin(redirectUri);
    return { url, cookie: await this.#deps.cookie.seal({ ...begun, returnTo }) };
  }

  /**
   * `returned` is the redirect URI with what the provider added. The same sign-in comes back once only.
   *
   * @returns a code for the page. Rejects with an OidcFailure.
   */
  async finish(
    returned: URL,
    cookie: string | null,
  ): Promise<{ code: string; returnTo: string | null; user: UserRecord; change: AccountChange }> {
    const { provider, accounts, repository, clock } = this.#deps;
    const begun = cookie === null ? null : await this.#deps.cookie.open(cookie);
    if (begun === null || returned.searchParams.get('state') !== begun.state) throw new OidcFailure('expired');
    const nowMs = clock.nowMs();
    if (!(await repository.takeReturn(begun.state, nowMs, nowMs + SIGN_IN_SECONDS * 1000))) {
      throw new OidcFailure('expired');
    }
    const person = await provider.finish(returned, begun);
    const { user, change } = await accounts.accountOf(person);
    const code = randomBytes(CODE_BYTES).toString('base64url');
    await repository.storeCode(begun.state, code, user.id, clock.nowMs() + CODE_VALID_MS);
    return { code, returnTo: begun.returnTo, user, change };
  }

  /** The user of a code, in the browser that began the sign-in. Rejects with `link_expired`. */
  async userOf(code: string, cookie: string | null): Promise<UserRecord> {
    const { repository, users, clock } = this.#deps;
    const begun = cookie === null ? null : await this.#deps.cookie.open(cookie);
    const userId = begun === null ? null : await repository.useCode(begun.state, code, clock.nowMs());
    const user = userId === null ? null : await users.byId(userId);
    if (user?.isActive !== true) {
      throw new AppError('link_expired', 'The code was used already, or is too old; sign in again');
    }
    return user;
  }
}
