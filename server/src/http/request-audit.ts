// Lets routes append audit entries, and appends an entry for each refused write.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Clock } from '../clock.ts';
import type { HttpApp } from './http-app.ts';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Audit entries a minute for refused anonymous writes; without a limit anybody could fill the disk. */
const ANONYMOUS_PER_MINUTE = 300;

export function auditRequests(app: HttpApp, log: AuditLog, clock: Clock): void {
  const audit: FastifyRequest['audit'] = async function (this: FastifyRequest, record) {
    await log.append(
      {
        userId: this.principal?.userId ?? null,
        username: this.principal?.username ?? null,
        target: null,
        outcome: 'success',
        ...record,
        details: { ...(this.principal?.apiKey && { api_key: this.principal.apiKey.name }), ...record.details },
        ip: this.ip,
        requestId: this.id,
      },
      clock.nowMs(),
    );
  };
  app.decorateRequest('audit', audit);
  const budget = new MinuteBudget(ANONYMOUS_PER_MINUTE, clock);
  app.decorateRequest('refusal', null);
  // Before the reply is sent, so that the entry exists when the client has the reply.
  app.addHook('onSend', async (request, reply) => {
    if (!isRefusedWrite(request, reply)) return;
    if (request.principal === null && !budget.trySpend()) return;
    const { config, url } = request.routeOptions;
    const id = Object.values((request.params ?? {}) as Record<string, unknown>)[0];
    const entry = {
      action: config.audit || `${request.method} ${url}`,
      target: typeof id === 'string' ? id.slice(0, 100) : null,
      outcome: 'refused',
      details: { status: reply.statusCode, ...request.refusal },
    } as const;
    await request
      .audit(entry)
      .catch((err: unknown) => request.log.error({ err }, 'The audit entry of a refused request could not be stored'));
  });
}

/** Refused readings are among the rejected data, not in the audit log. */
function isRefusedWrite(request: FastifyRequest, reply: FastifyReply): boolean {
  if (reply.statusCode < 400 || reply.statusCode >= 500 || request.refusal?.code === 'rate_limited') return false;
  if (READS.has(request.method) || request.is404) return false;
  const { access, audit } = request.routeOptions.config;
  return audit !== false && access !== 'write:sensor_data';
}

class MinuteBudget {
  readonly #perMinute: number;
  readonly #clock: Clock;
  #minute = -1;
  #spent = 0;

  constructor(perMinute: number, clock: Clock) {
    this.#perMinute = perMinute;
    this.#clock = clock;
  }

  trySpend(): boolean {
    const minute = Math.floor(this.#clock.nowMs() / 60_000);
    if (minute !== this.#minute) this.#spent = 0;
    this.#minute = minute;
    this.#spent += 1;
    return this.#spent <= this.#perMinute;
  }
}
