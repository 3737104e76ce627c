// The credentials that a request brings: an access token of a signed-in user, an access key, or the password of a gateway.

import { ACCESS_KEY_PREFIX } from '@gonsters/contract';
import type { FastifyRequest } from 'fastify';

export type Credentials =
  | { kind: 'session'; token: string }
  /** An access key, or the password of a gateway without its user name. */
  | { kind: 'key'; secret: string }
  | { kind: 'password'; username: string; password: string };

const AUTHORIZATION = /^(Bearer|Token|Basic) +(.+?) *$/i;

/**
 * From the Authorization header (`Bearer`, `Token` or `Basic`), else from `X-Api-Key`, else from the parameters `u` and `p` of
 * the address on routes that accept them. null if there are none.
 */
export function credentialsOf(request: FastifyRequest): Credentials | null {
  const { authorization, 'x-api-key': apiKey } = request.headers;
  const { passwordInQuery, forGateways } = request.routeOptions.config;
  if (authorization !== undefined) return ofHeader(authorization, forGateways === true);
  if (typeof apiKey === 'string') return { kind: 'key', secret: apiKey.trim() };
  if (passwordInQuery !== true) return null;
  const { u, p } = request.query as Record<string, unknown>;
  return typeof u === 'string' && typeof p === 'string' ? ofPassword(u, p) : null;
}

/** The token of an Authorization header with the scheme Bearer (RFC 6750 §2.1); null if there is none. */
export function bearerOf(request: FastifyRequest): string | null {
  return /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

function ofHeader(header: string, forGateways: boolean): Credentials | null {
  const [, scheme = '', value = ''] = AUTHORIZATION.exec(header) ?? [];
  switch (scheme.toLowerCase()) {
    case 'bearer':
      if (/\s/.test(value)) return null;
      return isKey(value, forGateways) ? { kind: 'key', secret: value } : { kind: 'session', token: value };
    case 'token':
      // Clients of InfluxDB 1.8 send a user name and a password in this form.
      return splitPassword(value) ?? { kind: 'key', secret: value };
    case 'basic':
      return splitPassword(Buffer.from(value, 'base64').toString());
    default:
      return null;
  }
}

/** An access token has dots (RFC 7519), a secret has none. A device may send the password of its gateway in place of a token. */
const isKey = (value: string, forGateways: boolean) =>
  value.startsWith(ACCESS_KEY_PREFIX) || (forGateways && !value.includes('.'));

function splitPassword(text: string): Credentials | null {
  const colon = text.indexOf(':');
  return colon === -1 ? null : ofPassword(text.slice(0, colon), text.slice(colon + 1));
}

/** A client that knows only user names and passwords may send an access key as its password, under any user name. */
function ofPassword(username: string, password: string): Credentials {
  return password.startsWith(ACCESS_KEY_PREFIX)
    ? { kind: 'key', secret: password }
    : { kind: 'password', username, password };
}
