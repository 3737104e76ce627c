// Who connects: the access token of the handshake, checked before the first event.

import type { Socket } from 'socket.io';
import { AppError, isAppError } from '../errors.ts';
import type { Principal } from '../users/access-tokens.ts';
import type { SessionService } from '../users/session-service.ts';

export interface Authenticated {
  accessToken: string;
  principal: Principal;
}

/** Rejects with `unauthenticated`, `token_expired`, `token_revoked` or `forbidden`. */
export async function authenticateSocket(
  handshake: Socket['handshake'],
  sessions: Pick<SessionService, 'verify'>,
): Promise<Authenticated> {
  const accessToken = tokenOf(handshake.auth.token) ?? tokenOf(handshake.query.token);
  if (accessToken === null) throw new AppError('unauthenticated');
  const principal = await sessions.verify(accessToken);
  if (!principal.permissions.includes('read:sensor_data')) throw new AppError('forbidden');
  return { accessToken, principal };
}

/** What `connect_error` carries; a failure outside the catalogue is told without its details. */
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
