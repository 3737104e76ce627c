// Access control, denied by default: the server does not start with a route that names no access rule.

import type { RouteOptions } from 'fastify';
import { AppError } from '../errors.ts';
import type { Authentication } from './authentication.ts';
import { credentialsOf } from './credentials.ts';
import type { Access, HttpApp } from './http-app.ts';
import type { RateLimits } from './rate-limits.ts';

/** The routes of the API documentation, which a plugin adds. */
const PLUGIN_PREFIX = '/docs';

/** What a session that still has to set up a second factor may use. What needs a permission is not part of it, below /auth. */
function servesRestricted(url: string | undefined, access: Access | undefined): boolean {
  if (url?.startsWith('/api/v1/users/me/')) return true;
  return url?.startsWith('/api/v1/auth/') === true && access === 'signed-in';
}

/** Call before any route is added. */
export function enforceAccess(app: HttpApp, authentication: Authentication, limits: RateLimits): void {
  app.decorateRequest('principal', null);
  app.decorateRequest('gateway', null);
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
    const { access, forGateways } = request.routeOptions.config;
    const credentials = credentialsOf(request);
    if (access === 'public') {
      // Credentials that are not valid must not prevent a sign-in.
      if (credentials !== null) {
        const sender = await authentication.identify(credentials, request.ip).catch(() => null);
        // A restricted session has no rights here either.
        request.principal = sender?.principal?.isRestricted === true ? null : (sender?.principal ?? null);
      }
    } else {
      if (credentials === null) throw new AppError('unauthenticated');
      const { principal, gateway } = await authentication.identify(credentials, request.ip);
      request.principal = principal;
      request.gateway = gateway;
      if (principal?.isRestricted === true && !servesRestricted(request.routeOptions.url, access)) {
        throw new AppError('second_factor_required_by_policy');
      }
    }
    await limits.checkUser(request);
    if (access === 'public' || (request.gateway !== null && forGateways === true)) return;
    if (request.gateway !== null) throw new AppError('forbidden', 'A gateway may only send readings');
    if (access === 'signed-in') {
      if (request.principal?.apiKey === undefined) return;
      throw new AppError('forbidden', 'This is only for people who are signed in, not for API keys');
    }
    if (access === undefined || !request.principal?.permissions.includes(access)) {
      const { principal, method, ip } = request;
      const by = { user: principal?.username, api_key: principal?.apiKey?.name };
      request.log.warn(
        { ...by, ip, method, route: request.routeOptions.url, permission: access },
        'A request was refused',
      );
      throw new AppError('forbidden', request.principal?.apiKey && `The API key has no permission ${access}`);
    }
  });
}
