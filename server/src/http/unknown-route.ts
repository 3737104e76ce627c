// Answers requests that match no route: with the page for its own addresses, with 405 for a wrong method, else with 404.

import type { RouteOptions } from 'fastify';
import { ERROR_CODES } from '../errors.ts';
import { errorBody, refusedBody } from './error-reply.ts';
import type { HttpApp } from './http-app.ts';

/** Addresses of the server itself; any other may be one of the page's router. */
const SERVER = /^\/(api|docs|hooks|health|metrics|openapi\.json|socket\.io|assets)(\/|\?|$)/;

/**
 * Call before any route is added. `page` is the file that is served at the page's own addresses, null if there is none.
 * `isPartial` means that other nodes serve more routes than this one.
 */
export function answerUnknownRoutes(
  app: HttpApp,
  { page, isPartial }: { page: string | null; isPartial: boolean },
): void {
  const methods = new Map<string, { pattern: RegExp; allowed: Set<string> }>();
  app.addHook('onRoute', (route: RouteOptions) => {
    if (route.url === '*' || route.url === '/*') return;
    const known = methods.get(route.url) ?? { pattern: patternOf(route.url), allowed: new Set<string>() };
    for (const method of [route.method].flat()) known.allowed.add(method);
    methods.set(route.url, known);
  });
  /** The methods at `path`. A route without parameters hides those that match it only by a parameter. */
  const allowedAt = (path: string): ReadonlySet<string> => {
    const matching = [...methods].filter(([, { pattern }]) => pattern.test(path));
    const exact = matching.filter(([url]) => !url.includes(':'));
    return new Set((exact.length > 0 ? exact : matching).flatMap(([, { allowed }]) => [...allowed]));
  };
  app.setNotFoundHandler(async (request, reply) => {
    const path = request.url.split('?', 1)[0] as string;
    const allowed = allowedAt(path);
    if (allowed.size > 0 && !allowed.has(request.method)) {
      return reply
        .code(405)
        .header('Allow', [...allowed].sort().join(', '))
        .send(refusedBody(405));
    }
    const wantsPage = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html');
    if (page !== null && wantsPage && !SERVER.test(request.url)) return reply.sendFile(page);
    const body = isPartial ? errorBody('not_served_here', ERROR_CODES.not_served_here) : refusedBody(404);
    return reply.code(404).send(body);
  });
}

function patternOf(url: string): RegExp {
  const escaped = url.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:[A-Za-z_]+/g, '[^/]+');
  return new RegExp(`^${escaped}/?$`);
}
