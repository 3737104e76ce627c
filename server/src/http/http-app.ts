// The type of the Fastify instance that routes are added to, and the options and request properties that they use.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Permission } from '@gonsters/contract';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { AuditRecord } from '../audit/audit-log.ts';
import type { Principal } from '../users/access-tokens.ts';

export type HttpApp = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** `public`: no token is needed. `signed-in`: any valid access token. Otherwise the permission that the user must have. */
export type Access = 'public' | 'signed-in' | Permission;

/** The group of routes that share one rate limit. */
export type RateLimitGroup = 'sign-in' | 'general' | 'ingest';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Required: the server does not start without it. */
    access?: Access;
    /** Action of the audit entry for a refused request; default: method and path. false: refusals are not audited. */
    audit?: `${string}.${string}` | false;
    /** Default: see `rate-limits.ts`. */
    rateLimitGroup?: RateLimitGroup;
    /** Bodies may contain the bare words NaN and Infinity as values, as some devices print them. */
    lenientJson?: boolean;
  }
  interface FastifyRequest {
    /** The signed-in user; always set on routes that are not public, and on public routes if a valid token was sent. */
    principal: Principal | null;
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
