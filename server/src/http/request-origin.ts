// Where a sign-in comes from, and for which address of the page passkeys are made.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { isLoopback } from '../loopback.ts';
import { newDevice, type SignInOrigin } from '../users/known-sources.ts';
import { type RelyingParty, relyingPartyOf } from '../users/second-factors/relying-party.ts';
import { deviceOf, setDevice } from './device-cookie.ts';
import type { HttpDeps } from './http-deps.ts';

/** Call `remember` after the sign-in: the browser gets a cookie by which it is known next time. */
export function originOf(request: FastifyRequest, reply: FastifyReply): { origin: SignInOrigin; remember: () => void } {
  const device = deviceOf(request) ?? newDevice();
  const userAgent = request.headers['user-agent'] ?? null;
  return { origin: { address: request.ip, device, userAgent }, remember: () => setDevice(request, reply, device) };
}

/**
 * PUBLIC_URL, or the address that Management has confirmed. Only where the server runs for development, or listens on this computer
 * only, the address in the request counts, if it is `localhost`.
 */
export function siteOf(
  { config, notifications }: Pick<HttpDeps, 'config'> & { notifications: Pick<HttpDeps['notifications'], 'linkBase'> },
  request: FastifyRequest,
): RelyingParty {
  const base = notifications.linkBase.current();
  if (base !== null && base.source !== 'loopback') return relyingPartyOf(base.url, null);
  const isLocal = config.environment !== 'production' || isLoopback(config.host);
  const { origin = `${request.protocol}://${request.host}` } = request.headers;
  return relyingPartyOf(null, isLocal ? origin : null);
}
