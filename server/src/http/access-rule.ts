// Access control, denied by default: the server does not start with a route that names no access rule.

import type { FastifyRequest, RouteOptions } from 'fastify';
import { AppError } from '../errors.ts';
import type { SessionService } from '../users/session-service.ts';
import type { HttpApp } from './http-app.ts';
import type { RateLimits } from './rate-limits.ts';

/** The routes of the API documentation, which a plugin adds. */
const PLUGIN_PREFIX = '/docs';

/** Call before any route is added. */
export function enforceAccess(app: HttpApp, sessions: Pick<SessionService, 'verify'>, limits: RateLimits): void {
  app.decorateRequest('principal', null);
  app.addHook('onRoute', (route: RouteOptions) => {
    if (route.config?.access !== undefined) return;
    if (route.url === PLUGIN_PREFIX || route.url.startsWith(`${PLUGIN_PREFIX}/`)) {
      route.config = { ...route.config, access: 'public' };
      return;
    }
    throw new Error(`Route ${route.method} ${route.url} has no access rule`);
  });
  app.addHook('onRequest', async (request) => {
    await limits.checkAddress(request);
    if (request.is404) return;
    const { access } = request.routeOptions.config;
    const token = bearerOf(request);
    if (access === 'public') {
      // An expired token must not prevent a new sign-in.
      if (token !== null) request.principal = await sessions.verify(token).catch(() => null);
    } else {
      if (token === null) throw new AppError('unauthenticated');
      request.principal = await sessions.verify(token);
    }
    await limits.checkUser(request);
    if (access === 'public' || access === 'signed-in') return;
    if (access === undefined || !request.principal?.permissions.includes(access)) throw new AppError('forbidden');
  });
}

/** The token of the Authorization header (RFC 6750 §2.1); null if there is none. */
export function bearerOf(request: FastifyRequest): string | null {
  return /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}
