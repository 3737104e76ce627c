// The provider of OpenID Connect, over the library that validates what it answers (OpenID Connect Core 1.0, RFC 7636, RFC 9207).

import * as client from 'openid-client';
import type { Clock } from '../../clock.ts';
import { AppError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { OidcSettings } from '../../oidc-settings.ts';
import { OidcFailure } from './oidc-failure.ts';
import { type OidcPerson, personOf } from './person.ts';
import type { BegunSignIn } from './sign-in-cookie.ts';

/** Less than the time that a browser waits patiently. */
const ANSWER_WITHIN_SECONDS = 5;
/** After this time the addresses of the provider are read again, by which is noticed that it does not answer. */
const DISCOVER_AGAIN_MS = 60_000;
/** By how much its clock may differ. */
const CLOCK_TOLERANCE_SECONDS = 30;

export class OidcProvider {
  readonly #settings: OidcSettings;
  readonly #clock: Clock;
  readonly #log: Logger;
  #known: { config: client.Configuration; untilMs: number } | null = null;
  #pending: Promise<client.Configuration> | null = null;

  constructor(settings: OidcSettings, clock: Clock, log: Logger) {
    this.#settings = settings;
    this.#clock = clock;
    this.#log = log;
  }

  /** Rejects with `store_unavailable`, whose message is for the operator, while the provider cannot be reached. */
  async probe(): Promise<void> {
    try {
      await this.#discover();
    } catch (cause) {
      const message = `The OpenID Connect provider ${this.#settings.name} cannot be reached.`;
      throw new AppError('store_unavailable', message, { cause });
    }
  }

  /** The address at the provider to which the browser goes. Rejects with an OidcFailure. */
  async begin(redirectUri: string): Promise<{ url: string; begun: Omit<BegunSignIn, 'returnTo'> }> {
    const config = await this.#configuration();
    const begun = {
      state: client.randomState(),
      nonce: client.randomNonce(),
      verifier: client.randomPKCECodeVerifier(),
    };
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: this.#settings.scopes,
      state: begun.state,
      nonce: begun.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(begun.verifier),
      code_challenge_method: 'S256',
    });
    return { url: url.href, begun };
  }

  /** Exchanges what came back for what the provider says about the person. Rejects with an OidcFailure. */
  async finish(returned: URL, begun: BegunSignIn): Promise<OidcPerson> {
    const config = await this.#configuration();
    try {
      const tokens = await client.authorizationCodeGrant(config, returned, {
        expectedState: begun.state,
        expectedNonce: begun.nonce,
        pkceCodeVerifier: begun.verifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined) throw new OidcFailure('provider_error');
      const { groupsClaim } = this.#settings;
      const isComplete = [groupsClaim, 'preferred_username', 'email'].every((name) => claims[name] !== undefined);
      if (isComplete || config.serverMetadata().userinfo_endpoint === undefined) return personOf(claims, groupsClaim);
      // Many providers put the profile there only. What the id token says is not replaced.
      const info = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
      return personOf({ ...info, ...claims }, groupsClaim);
    } catch (cause) {
      throw cause instanceof OidcFailure ? cause : this.#failure(cause);
    }
  }

  async #configuration(): Promise<client.Configuration> {
    try {
      return await this.#discover();
    } catch (cause) {
      this.#log.warn({ err: cause }, 'The OpenID Connect provider cannot be reached');
      throw new OidcFailure('provider_unavailable', { cause });
    }
  }

  /** Once for all who wait. A failure is not kept: the next sign-in tries again. */
  async #discover(): Promise<client.Configuration> {
    if (this.#known !== null && this.#clock.nowMs() < this.#known.untilMs) return this.#known.config;
    this.#pending ??= this.#read().finally(() => {
      this.#pending = null;
    });
    return this.#pending;
  }

  async #read(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret } = this.#settings;
    const url = new URL(issuer);
    const execute = [client.enableNonRepudiationChecks];
    // Only on this computer, as the settings make sure.
    if (url.protocol === 'http:') execute.push(client.allowInsecureRequests);
    const metadata = { [client.clockTolerance]: CLOCK_TOLERANCE_SECONDS };
    const authentication = clientSecret === null ? client.None() : client.ClientSecretBasic(clientSecret);
    const options = { execute, timeout: ANSWER_WITHIN_SECONDS };
    const config = await client.discovery(url, clientId, metadata, authentication, options);
    this.#known = { config, untilMs: this.#clock.nowMs() + DISCOVER_AGAIN_MS };
    return config;
  }

  #failure(cause: unknown): OidcFailure {
    if (cause instanceof client.AuthorizationResponseError && cause.error === 'access_denied') {
      return new OidcFailure('access_denied', { cause });
    }
    // The code of the provider was used before, or is too old.
    if (cause instanceof client.ResponseBodyError && cause.error === 'invalid_grant') {
      return new OidcFailure('expired', { cause });
    }
    this.#log.warn({ err: cause }, 'A sign-in with OpenID Connect failed at the provider');
    // What `fetch` rejects with where nothing answers.
    const isUnreachable = cause instanceof TypeError || (cause as { code?: unknown }).code === 'OAUTH_TIMEOUT';
    if (isUnreachable) this.#known = null;
    return new OidcFailure(isUnreachable ? 'provider_unavailable' : 'provider_error', { cause });
  }
}
