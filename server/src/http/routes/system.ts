// /health, /health/ready and /metrics, for monitoring the server.

import { isoTime, timeSchema } from '@gonsters/contract';
import { z } from 'zod';
import { holdReason } from '../../clock-guard/clock-guard.ts';
import type { NodeState, ObservedNode } from '../../cluster/node-monitor.ts';
import { damageReason, type StoredDamage } from '../../readings/stored-damage.ts';
import { measureGateways } from '../gateway-status.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { type PartCondition, PartProbe, type PartState } from '../part-probe.ts';

const SERVICE = 'gonsters-backend-api';
const NIL_ID = '00000000-0000-0000-0000-000000000000';
const partStateSchema = z.enum(['up', 'degraded', 'down']);
const PART_UP: Record<PartState, number> = { up: 1, degraded: 0.5, down: 0 };
const readinessSchema = z.object({
  status: z.enum(['ready', 'degraded', 'unavailable']),
  parts: z.record(z.string(), partStateSchema),
  certificates: z
    .array(z.object({ used_for: z.literal('mqtt'), expires_at: timeSchema, days_left: z.int() }))
    .optional()
    .meta({ description: 'Certificates of listeners with TLS; absent where there are none.' }),
  reasons: z.record(z.string(), z.string()).meta({ description: 'Why a part is not up, where the reason is known.' }),
});
interface PartStatus extends PartCondition {
  readonly part: string;
}

export async function systemRoutes(app: HttpApp, deps: HttpDeps, version: string): Promise<void> {
  const { certificate } = deps;
  const read = {
    database: new PartProbe(() => deps.audit.page({ limit: 1 })),
    readings: new PartProbe(() => {
      // A range at the present, because a store may answer an older range without a query.
      const nowMs = deps.clock.nowMs();
      const range = { fromMs: nowMs - 1, toMs: nowMs, order: 'asc', offset: 0, limit: 1 } as const;
      return deps.readings.raw({ machineId: NIL_ID, ...range, metrics: [0], everyReading: false });
    }),
  };
  // Checked also while no readings arrive, so that a full disk is reported before the first reading is refused.
  const write = {
    database: new PartProbe(() => deps.database.probeWrite()),
    readings: new PartProbe(() => deps.readings.probe()),
  };
  const room = new PartProbe(() => deps.ingest.waitForRoom());
  const provider = new PartProbe(async () => deps.oidc.signIn?.probe());
  const databaseCondition = async (): Promise<PartCondition> => {
    const [reading, writing] = await Promise.all([read.database.condition(), write.database.condition()]);
    // Stored rows can still be read, and readings are still accepted.
    if (writing.state === 'down' && reading.state !== 'down') return { ...writing, state: 'degraded' };
    return withDamage(worseOf(writing, reading), deps.installation.damage());
  };
  const readingsCondition = async (): Promise<PartCondition> => {
    const working = worseOf(...(await Promise.all([write.readings.condition(), read.readings.condition()])));
    return withDamage(working, deps.readings.damage());
  };
  const partStatuses = async (): Promise<PartStatus[]> => {
    const [database, readings, ingest] = await Promise.all([
      databaseCondition(),
      readingsCondition(),
      room.condition(),
    ]);
    const statuses: PartStatus[] = [
      { part: 'database', ...database },
      { part: 'readings', ...readings },
      { part: 'ingest', ...ingest },
    ];
    const add = (part: string, fault: string | null) => {
      statuses.push({ part, state: fault === null ? 'up' : 'degraded', reason: fault });
    };
    // Readings over HTTP do not need it.
    if (deps.externalBroker)
      add('broker', deps.externalBroker.isConnected ? null : 'The MQTT broker cannot be reached.');
    // Each node continues to work, and reads the changes of others later.
    if (deps.clusterLink) add('bus', deps.clusterLink.isConnected ? null : 'Redis cannot be reached.');
    if (deps.monitor) add('nodes', missingNodes(deps.monitor.nodes));
    const hold = deps.clockGuard.hold;
    const doubts = [
      // Readings over MQTT are kept on disk until the clock is right.
      ...(deps.clockSkew.isBehind ? ['The clock of this server is behind those of most devices.'] : []),
      ...(hold === null ? [] : [holdReason(hold)]),
    ];
    // Passwords work without it, and sessions go on.
    if (deps.oidc.signIn !== null) {
      const { state, reason } = await provider.condition();
      add('oidc', state === 'up' ? null : (reason ?? 'The OpenID Connect provider does not answer.'));
    }
    add('clock', doubts.length > 0 ? doubts.join(' ') : null);
    if (certificate !== null) add('certificate', certificate.warning);
    return statuses;
  };

  app.get(
    '/health',
    {
      config: { access: 'public' },
      schema: {
        tags: ['System'],
        summary: 'Tells whether the process runs',
        response: {
          200: z.object({ status: z.literal('healthy'), service: z.string(), version: z.string() }),
        },
      },
    },
    async () => ({ status: 'healthy' as const, service: SERVICE, version }),
  );

  app.get(
    '/health/ready',
    {
      config: { access: 'public' },
      schema: {
        tags: ['System'],
        summary: 'Tells whether each part works; 503 if readings cannot be accepted',
        response: { 200: readinessSchema, 503: readinessSchema },
      },
    },
    async (_request, reply) => {
      const statuses = await partStatuses();
      // Without the database readings are still stored, acknowledged and sent to live clients.
      const down = statuses.some(({ part, state }) => state === 'down' && part !== 'database');
      const degraded = statuses.some(({ state }) => state !== 'up');
      const body = {
        status: down ? ('unavailable' as const) : degraded ? ('degraded' as const) : ('ready' as const),
        parts: Object.fromEntries(statuses.map(({ part, state }) => [part, state])),
        ...(certificate && {
          certificates: [
            {
              used_for: 'mqtt' as const,
              expires_at: isoTime(certificate.expiresAtMs),
              days_left: certificate.daysLeft,
            },
          ],
        }),
        reasons: Object.fromEntries(
          statuses.flatMap(({ part, reason }) => (reason === null ? [] : [[part, reason] as const])),
        ),
      };
      if (down) return reply.code(503).header('Retry-After', 5).send(body);
      return reply.code(200).send(body);
    },
  );

  app.get(
    '/metrics',
    {
      config: { access: 'public' },
      schema: {
        tags: ['System'],
        summary: 'Metrics in the text format of Prometheus',
        response: { 200: { description: 'The metrics.', content: { 'text/plain': { schema: z.string() } } } },
      },
    },
    async (_request, reply) => {
      const { registry } = deps.metrics;
      for (const [severity, count] of Object.entries(deps.alerts.counts(null))) {
        deps.metrics.alertsActive.set({ severity }, count);
      }
      measureGateways(deps);
      deps.metrics.damagedFiles.set(deps.readings.damage().length + deps.installation.damage().length);
      if (certificate !== null) deps.metrics.certificateDaysLeft.set(certificate.daysLeft);
      deps.metrics.retentionHeld.set(deps.clockGuard.hold === null ? 0 : 1);
      // A single server has no monitor.
      const states = deps.monitor?.nodes.map((node) => node.state) ?? ['running'];
      for (const state of ['running', 'stopped', 'missing'] satisfies NodeState[]) {
        deps.metrics.nodes.set({ state }, states.filter((each) => each === state).length);
      }
      for (const { part, state } of await partStatuses()) deps.metrics.partUp.set({ part }, PART_UP[state]);
      return reply.type(registry.contentType).send(await registry.metrics());
    },
  );
}

/** The reason why the part `nodes` is degraded; null if no node is missing. */
function missingNodes(nodes: readonly ObservedNode[]): string | null {
  const missing = nodes.filter((node) => node.state === 'missing').map((node) => `${node.id} on ${node.host}`);
  if (missing.length === 0) return null;
  const names = missing.join(', ');
  return missing.length === 1
    ? `The node ${names} does not answer. Start it again, or take it out of the plant with "gonsters decommission --node".`
    : `The nodes ${names} do not answer. Start them again, or take them out of the plant with "gonsters decommission --node".`;
}

function withDamage(working: PartCondition, damage: readonly StoredDamage[]): PartCondition {
  const reason = damageReason(damage);
  return reason === null ? working : worseOf({ state: 'degraded', reason }, working);
}

function worseOf(one: PartCondition, other: PartCondition): PartCondition {
  return PART_UP[other.state] < PART_UP[one.state] ? other : one;
}
