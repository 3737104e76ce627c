// Checks of a connection before its first event: the origin of the page and the access token.

import type { IncomingMessage } from 'node:http';
import type { Socket } from 'socket.io';
import { AppError, isAppError } from '../errors.ts';
import type { Principal } from '../users/access-tokens.ts';
import type { SessionService } from '../users/session-service.ts';

/**
 * Pages of this server and of `corsOrigins` may connect. A client that is not a browser sends no Origin and is accepted: its token
 * decides.
 */
export function allowsOrigin(headers: IncomingMessage['headers'], corsOrigins: readonly string[]): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return true;
  if (corsOrigins.includes(origin)) return true;
  return URL.canParse(origin) && host !== undefined && new URL(origin).host === host.toLowerCase();
}

export interface Authenticated {
  accessToken: string;
  principal: Principal;
}

/** Rejects with `unauthenticated`, `token_expired`, `token_revoked`, `forbidden` or `second_factor_required_by_policy`. */
export async function authenticateSocket(
  handshake: Socket['handshake'],
  sessions: Pick<SessionService, 'verify'>,
): Promise<Authenticated> {
  const accessToken = tokenOf(handshake.auth.token) ?? tokenOf(handshake.query.token);
  if (accessToken === null) throw new AppError('unauthenticated');
  const principal = await sessions.verify(accessToken);
  if (principal.isRestricted === true) throw new AppError('second_factor_required_by_policy');
  if (!principal.permissions.includes('read:sensor_data')) throw new AppError('forbidden');
  return { accessToken, principal };
}

/** The content of `connect_error`. Errors outside the catalogue are sent without details. */
export function connectError(error: unknown): Error & { data: { code: string; message: string } } {
  const code = isAppError(error) ? error.code : 'internal_error';
  const message = isAppError(error) ? error.message : 'The server could not check the token';
  return Object.assign(new Error(message), { data: { code, message } });
}

function tokenOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const token = value.trim().replace(/^Bearer\s+/i, '');
  return token === '' ? null : token;
}
