// How often one may ask, in one place: per address before a token is even read, and per user after.

import type { FastifyRequest } from 'fastify';
import type { SharedRateCounters } from '../cluster/shared-rate-counters.ts';
import { AppError } from '../errors.ts';
import type { Allowance, HttpApp } from './http-app.ts';

const WINDOW_MS = 60_000;

/** Requests a minute. Many people and gateways may share the address of a router. */
const PER_MINUTE = {
  address: 60_000,
  'sign-in': 300,
  general: 6_000,
  ingest: 30_000,
} as const;

export type RequestsPerMinute = { readonly [name in keyof typeof PER_MINUTE]: number };

export interface RateLimits {
  /** Rejects with `rate_limited`. Before the sign-in is known. */
  checkAddress(request: FastifyRequest): Promise<void>;
  /** Rejects with `rate_limited`. Once the sign-in is known; without one the address stands for the user. */
  checkUser(request: FastifyRequest): Promise<void>;
}

/**
 * This node's own counters are bounded: those used longest ago are forgotten first. `shared` counts over all nodes; what
 * it cannot tell the own counters decide.
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
  const byUser = (request: FastifyRequest) => request.principal?.userId ?? request.ip;
  const address = counter('address', (request) => request.ip);
  const allowances = {
    'sign-in': counter('sign-in', (request) => request.ip),
    general: counter('general', byUser),
    ingest: counter('ingest', byUser),
  };
  return {
    checkAddress: address,
    checkUser: (request) => allowances[allowanceOf(request)](request),
  };
}

const tooMany = (leftMs: number) =>
  new AppError('rate_limited', undefined, { retryAfterSeconds: Math.max(1, Math.ceil(leftMs / 1000)) });

/** Who may send readings sends many. */
function allowanceOf(request: FastifyRequest): Allowance {
  const { access, allowance } = request.routeOptions.config;
  return allowance ?? (access === 'write:sensor_data' ? 'ingest' : 'general');
}
