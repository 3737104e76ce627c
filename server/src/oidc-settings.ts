// Sign-in with OpenID Connect, from the environment.

import type { EnvironmentReader } from './environment.ts';
import { isLoopback } from './loopback.ts';

export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  /** null for a public client. */
  readonly clientSecret: string | null;
  /** On the button of the sign-in page. */
  readonly name: string;
  readonly scopes: string;
  readonly groupsClaim: string;
  /** Only break-glass accounts sign in with a password. */
  readonly only: boolean;
}

/** null where OIDC_ISSUER is not set. */
export function oidcSettings({ text, flag, fault }: EnvironmentReader): OidcSettings | null {
  const issuer = text('OIDC_ISSUER');
  const clientId = text('OIDC_CLIENT_ID');
  const only = flag('OIDC_ONLY');
  if ((issuer === null) !== (clientId === null)) {
    fault('OIDC_ISSUER', 'OIDC_ISSUER and OIDC_CLIENT_ID must be set together');
  }
  if (issuer === null) {
    if (only) fault('OIDC_ONLY', 'OIDC_ONLY needs OIDC_ISSUER');
    return null;
  }
  const url = URL.canParse(issuer) ? new URL(issuer) : null;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  if (url === null || !isSafe || url.search !== '' || url.hash !== '' || url.username !== '') {
    fault(
      'OIDC_ISSUER',
      'OIDC_ISSUER must be an address such as https://login.plant.example; http is accepted on this computer only',
    );
    return null;
  }
  const scopes = text('OIDC_SCOPES') ?? 'openid profile email';
  if (!scopes.split(' ').includes('openid')) fault('OIDC_SCOPES', 'OIDC_SCOPES must contain openid');
  if (clientId === null) return null;
  return {
    ...{ issuer, clientId, scopes, only },
    clientSecret: text('OIDC_CLIENT_SECRET'),
    name: text('OIDC_NAME') ?? url.host,
    groupsClaim: text('OIDC_GROUPS_CLAIM') ?? 'groups',
  };
}
