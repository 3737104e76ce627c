// A real provider of OpenID Connect on this computer. Who signs in is said by the test, in place of a page with a password.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

export interface OidcAccount {
  sub: string;
  preferred_username?: string;
  email?: string;
  email_verified?: boolean;
  groups?: string[];
}

const CLIENT = { id: 'gonsters', secret: 'a secret of the client that is long enough' };

export interface OidcServer {
  readonly issuer: string;
  /** As `readConfig` takes it. */
  readonly env: Readonly<Record<string, string>>;
  /** Who signs in next; null: the person cancels. */
  account: OidcAccount | null;
  stop(): Promise<void>;
  /** On the same port as before. */
  startAgain(): Promise<void>;
}

/** @param redirectUris of the servers that use it */
export async function startOidcProvider(redirectUris: readonly string[]): Promise<OidcServer> {
  const accounts = new Map<string, OidcAccount>();
  let handle: (request: IncomingMessage, response: ServerResponse) => void = () => {};
  const listen = async (port: number) => {
    const server = createServer((request, response) => handle(request, response));
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return server;
  };
  let server = await listen(0);
  const { port } = server.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [...redirectUris],
        response_types: ['code'],
        grant_types: ['authorization_code'],
      },
    ],
    pkce: { required: () => true },
    cookies: { keys: ['a key of the cookies of the provider'] },
    claims: {
      openid: ['sub'],
      profile: ['preferred_username'],
      email: ['email', 'email_verified'],
      groups: ['groups'],
    },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600, AuthorizationCode: 60 },
    findAccount: (_context: unknown, sub: string) => ({ accountId: sub, claims: () => accounts.get(sub) }),
  });
  const answerInteraction = async (request: IncomingMessage, response: ServerResponse) => {
    const { account } = started;
    if (account === null) {
      const denied = { error: 'access_denied', error_description: '<b>The person</b> cancelled' };
      return provider.interactionFinished(request, response, denied, { mergeWithLastSubmission: false });
    }
    const { prompt, params } = await provider.interactionDetails(request, response);
    accounts.set(account.sub, account);
    if (prompt.name === 'login') {
      return provider.interactionFinished(request, response, { login: { accountId: account.sub } });
    }
    const grant = new provider.Grant({ accountId: account.sub, clientId: params.client_id });
    grant.addOIDCScope('openid profile email groups');
    return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
  };
  const answer = provider.callback();
  handle = (request, response) => {
    if (request.url?.startsWith('/interaction/')) {
      answerInteraction(request, response).catch((error) => response.writeHead(500).end(String(error)));
    } else answer(request, response);
  };
  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  const started: OidcServer = {
    issuer,
    env: {
      OIDC_ISSUER: issuer,
      OIDC_CLIENT_ID: CLIENT.id,
      OIDC_CLIENT_SECRET: CLIENT.secret,
      OIDC_SCOPES: 'openid profile email groups',
      OIDC_NAME: 'Plant account',
    },
    account: null,
    stop: close,
    startAgain: async () => {
      server = await listen(port);
    },
  };
  return started;
}

/** As a browser goes: keeps cookies of every host, and follows until it reaches an address that `stopsAt` knows. @returns that address */
export async function browse(
  start: string,
  stopsAt: (url: URL) => boolean,
  cookies: Map<string, string> = new Map(),
): Promise<{ url: URL; cookies: Map<string, string> }> {
  let url = new URL(start);
  for (let steps = 0; steps < 12; steps++) {
    if (stopsAt(url)) return { url, cookies };
    const header = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', headers: { cookie: header } });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      const at = pair.indexOf('=');
      cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const location = response.headers.get('location');
    if (location === null) throw new Error(`${url.href} answered ${response.status}: ${await response.text()}`);
    url = new URL(location, url);
  }
  throw new Error('There were too many redirections');
}
