// Rate limits, per address before the token is verified and per user afterwards.

import type { FastifyRequest } from 'fastify';
import type { SharedRateCounters } from '../cluster/shared-rate-counters.ts';
import { AppError } from '../errors.ts';
import type { HttpApp, RateLimitGroup } from './http-app.ts';

const WINDOW_MS = 60_000;

/** Requests a minute. Many users and gateways may share the address of a router. */
const PER_MINUTE = {
  address: 60_000,
  'sign-in': 300,
  general: 6_000,
  ingest: 30_000,
} as const;

export type RequestsPerMinute = { readonly [name in keyof typeof PER_MINUTE]: number };

export interface RateLimits {
  /** Call before the token is verified. Rejects with `rate_limited`. */
  checkAddress(request: FastifyRequest): Promise<void>;
  /** Call after the token is verified; an anonymous request counts for its address. Rejects with `rate_limited`. */
  checkUser(request: FastifyRequest): Promise<void>;
}

/**
 * Each node has counters of its own, a bounded number of them: the least recently used are dropped. `shared` counts over all
 * nodes; if it gives no answer, the own counters decide.
 */
export function createRateLimits(
  app: HttpApp,
  shared: SharedRateCounters | null,
  limits: RequestsPerMinute = PER_MINUTE,
): RateLimits {
  const counter = (name: keyof RequestsPerMinute, keyGenerator: (request: FastifyRequest) => string) => {
    const max = limits[name];
    const own = app.createRateLimit({ max, timeWindow: WINDOW_MS, keyGenerator });
    return async (request: FastifyRequest) => {
      const result = await own(request);
      if (!result.isAllowed && result.isExceeded) throw tooMany(result.ttl);
      const all = await shared?.add(`rate:${name}:${keyGenerator(request)}`, WINDOW_MS);
      if (all && all.count > max) throw tooMany(all.leftMs);
    };
  };
  const byUser = ({ gateway, principal, ip }: FastifyRequest) => gateway?.id ?? principal?.userId ?? ip;
  const address = counter('address', (request) => request.ip);
  const groups = {
    'sign-in': counter('sign-in', (request) => request.ip),
    general: counter('general', byUser),
    ingest: counter('ingest', byUser),
  };
  return {
    checkAddress: address,
    checkUser: (request) => groups[groupOf(request)](request),
  };
}

const tooMany = (leftMs: number) =>
  new AppError('rate_limited', undefined, { retryAfterSeconds: Math.max(1, Math.ceil(leftMs / 1000)) });

/** Routes for readings have a limit of their own, since gateways send many requests. */
function groupOf(request: FastifyRequest): RateLimitGroup {
  const { access, rateLimitGroup } = request.routeOptions.config;
  return rateLimitGroup ?? (access === 'write:sensor_data' ? 'ingest' : 'general');
}
