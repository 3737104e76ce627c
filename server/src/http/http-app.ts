// What a route file is given: Fastify with zod schemas, and the rule that every route names who may call it.

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

/** `public`: anybody. `signed-in`: any valid access token. Otherwise the permission that the token must carry. */
export type Access = 'public' | 'signed-in' | Permission;

/** Which count of requests a route draws from. */
export type Allowance = 'sign-in' | 'general' | 'ingest';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A route without it does not start the server. */
    access?: Access;
    /** Names the entry where the request is refused; method and path where absent. false: not a matter for the audit log. */
    audit?: `${string}.${string}` | false;
    /** By `rate-limits.ts` where absent. */
    allowance?: Allowance;
    /** Its bodies may have the bare words NaN and Infinity for values, as devices print them. */
    isSentByDevices?: boolean;
  }
  interface FastifyRequest {
    /** Set on every route that is not public, and on public ones that were sent a valid token. */
    principal: Principal | null;
    /** Why the request was refused, as the audit log shall tell it. Never a password or a token. */
    refusal: Record<string, unknown> | null;
    /** Writes to the audit log who did it, from where and in which request. */
    audit(
      record: Pick<AuditRecord, 'action'> &
        Partial<Pick<AuditRecord, 'target' | 'outcome' | 'details' | 'userId' | 'username'>>,
    ): Promise<void>;
  }
}

/** The caller of a route that is not public. */
export function principalOf(request: { principal: Principal | null }): Principal {
  if (request.principal === null) throw new Error('A route without a principal asked for it');
  return request.principal;
}
