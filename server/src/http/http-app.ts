// The type of the Fastify instance that routes are added to, and the options and request properties that they use.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Permission } from '@gonsters/contract';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { AuditRecord } from '../audit/audit-log.ts';
import type { GatewayRecord } from '../gateways/gateway-repository.ts';
import type { Principal } from '../users/access-tokens.ts';

export type HttpApp = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/**
 * `public`: no token is needed. `signed-in`: any user who is signed in, but no API key. Otherwise the permission that the user or
 * the API key must have.
 */
export type Access = 'public' | 'signed-in' | Permission;

/** The group of routes that share one rate limit. */
export type RateLimitGroup = 'sign-in' | 'general' | 'ingest';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Required: the server does not start without it. */
    access?: Access;
    /** Gateways may call it with their own credentials. */
    forGateways?: boolean;
    /** The parameters `u` and `p` may contain a user name and a password, as clients of InfluxDB 1 send them. */
    passwordInQuery?: boolean;
    /** Action of the audit entry for a refused request; default: method and path. false: refusals are not audited. */
    audit?: `${string}.${string}` | false;
    /** Default: see `rate-limits.ts`. */
    rateLimitGroup?: RateLimitGroup;
    /** Bodies may contain the bare words NaN and Infinity as values, as some devices print them. */
    lenientJson?: boolean;
  }
  interface FastifyRequest {
    /**
     * The signed-in user, or the owner of the API key. Always set on routes that are not public, unless `gateway` is, and on public
     * routes if a valid token was sent.
     */
    principal: Principal | null;
    /** The gateway whose credentials were sent; only on routes for gateways. */
    gateway: GatewayRecord | null;
    /** Details for the audit entry if the request is refused. Never contains a password or a token. */
    refusal: Record<string, unknown> | null;
    /** Appends an audit entry, with the user, address and id of the request. */
    audit(
      record: Pick<AuditRecord, 'action'> &
        Partial<Pick<AuditRecord, 'target' | 'outcome' | 'details' | 'userId' | 'username'>>,
    ): Promise<void>;
  }
}

/** The signed-in user of a route that is not public. */
export function principalOf(request: { principal: Principal | null }): Principal {
  if (request.principal === null) throw new Error('A public route used the signed-in user');
  return request.principal;
}
