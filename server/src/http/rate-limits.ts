// How often one may ask, in one place: per address before a token is even read, and per user after.

import type { FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import type { HttpApp } from './http-app.ts';

const WINDOW_MS = 60_000;

/** Requests a minute. Many people and gateways may share the address of a router. */
const PER_MINUTE = {
  address: 60_000,
  'sign-in': 300,
  general: 6_000,
  ingest: 30_000,
} as const;

export type Allowance = 'sign-in' | 'general' | 'ingest';
export type RequestsPerMinute = { readonly [name in keyof typeof PER_MINUTE]: number };

export interface RateLimits {
  /** Rejects with `rate_limited`. Before the sign-in is known. */
  checkAddress(request: FastifyRequest): Promise<void>;
  /** Rejects with `rate_limited`. Once the sign-in is known; without one the address stands for the user. */
  checkUser(request: FastifyRequest): Promise<void>;
}

/** The counters are bounded: those used longest ago are forgotten first. */
export function createRateLimits(app: HttpApp, limits: RequestsPerMinute = PER_MINUTE): RateLimits {
  const counter = (max: number, keyGenerator: (request: FastifyRequest) => string) =>
    app.createRateLimit({ max, timeWindow: WINDOW_MS, keyGenerator });
  const address = counter(limits.address, (request) => request.ip);
  const byUser = (request: FastifyRequest) => request.principal?.userId ?? request.ip;
  const allowances = {
    'sign-in': counter(limits['sign-in'], (request) => request.ip),
    general: counter(limits.general, byUser),
    ingest: counter(limits.ingest, byUser),
  };
  const check = async (limit: ReturnType<typeof counter>, request: FastifyRequest) => {
    const result = await limit(request);
    if (!result.isAllowed && result.isExceeded) {
      throw new AppError('rate_limited', undefined, { retryAfterSeconds: Math.max(1, result.ttlInSeconds) });
    }
  };
  return {
    checkAddress: (request) => check(address, request),
    checkUser: (request) => check(allowances[allowanceOf(request)], request),
  };
}

/** Who may send readings sends many. */
function allowanceOf(request: FastifyRequest): Allowance {
  const { access, allowance } = request.routeOptions.config;
  return allowance ?? (access === 'write:sensor_data' ? 'ingest' : 'general');
}
