// /alerts: the list, single alerts with their raises, key figures and export.

import {
  ALERT_STATES,
  type AlertState,
  alertRaiseSchema,
  alertSchema,
  alertStatsSchema,
  errorSchema,
  isAboutMetric,
  SEVERITIES,
  TOLD_STATES,
  timeInputSchema,
} from '@gonsters/contract';
import { z } from 'zod';
import { alertView, raiseView } from '../../alerts/alert-view.ts';
import { alertsToCsv } from '../../alerts/reports/alert-csv.ts';
import type { AlertQuery, AlertRecord } from '../../alerts/store/alert-repository.ts';
import type { DutyService } from '../../duty/duty-service.ts';
import { AppError } from '../../errors.ts';
import type { AlertCatalogue } from '../../machines/alert-catalogue.ts';
import { alertRange, refuseEmptyRange } from '../alert-range.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { machineOf, scopeOf } from '../path-id.ts';
import { attachment, streamText } from '../stream-reply.ts';

/** More ids do not fit into an address. */
const MAX_EXPORTED_IDS = 200;
/** Groups of states that a query can name by one word. */
const STATE_GROUPS: Record<'open' | 'active' | 'unacknowledged' | 'shelved', readonly AlertState[]> = {
  open: ['active_unacked', 'active_acked', 'cleared_unacked'],
  active: ['active_unacked', 'active_acked'],
  unacknowledged: ['active_unacked', 'cleared_unacked'],
  shelved: ['active_unacked', 'active_acked', 'cleared_unacked', 'suppressed'],
};

const filterSchema = z.object({
  state: z.enum([...ALERT_STATES, 'open', 'active', 'unacknowledged', 'shelved']).optional(),
  severity: z.enum(SEVERITIES).optional(),
  told: z.enum(TOLD_STATES).optional().meta({
    description: 'Whether people were told, such as `nobody`: critical alerts of which nobody could be told.',
  }),
  machine_id: z.uuid().toLowerCase().optional(),
  metric: z.string().optional().meta({ description: 'The name of a metric, or `connection`.' }),
  from: timeInputSchema.optional().meta({ description: 'Raised at least once at or after this time.' }),
  to: timeInputSchema.optional().meta({ description: 'Raised at least once before this time.' }),
});
type Filter = z.infer<typeof filterSchema>;
const pageSchema = {
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.string().min(1).max(500).optional(),
};
const idSchema = z.object({ id: z.uuid().toLowerCase() });
const oneAlertSchema = z.object({ status: z.literal('success'), alert: alertSchema });
export async function alertRoutes(
  app: HttpApp,
  deps: Pick<HttpDeps, 'alerts' | 'machines' | 'clock'> & {
    catalogue: Pick<AlertCatalogue, 'get'>;
    duty: { service: Pick<DutyService, 'calendar' | 'shiftsBetween'> };
  },
): Promise<void> {
  const { alerts, machines, catalogue, clock } = deps;
  const viewOf = (record: AlertRecord) => alertView(record, machines);
  const oneAlert = (record: AlertRecord) => ({ status: 'success' as const, alert: viewOf(record) });
  const refuseUnknownMetric = (metric: string | undefined) => {
    if (metric === undefined || !isAboutMetric(metric) || catalogue.get(metric) !== undefined) return;
    const error = 'metric must be a metric of the catalogue, connection or gateway';
    throw new AppError('validation_failed', undefined, { faults: [{ parameter: 'metric', error, value: metric }] });
  };

  const shiftsNamed = (name: string, fromMs: number, toMs: number) => {
    const { service } = deps.duty;
    if (!service.calendar.shifts.some((shift) => shift.name === name)) {
      const error = 'must be the name of a shift of the calendar';
      throw new AppError('validation_failed', undefined, { faults: [{ parameter: 'shift', error, value: name }] });
    }
    return service.shiftsBetween(fromMs, toMs).filter((shift) => shift.name === name);
  };

  app.get(
    '/alerts',
    {
      config: { access: 'read:alerts' },
      schema: {
        tags: ['Alerts'],
        summary: 'Lists alerts, the newest raise first',
        querystring: filterSchema.extend(pageSchema),
        response: {
          200: z.object({
            status: z.literal('success'),
            alerts: z.array(alertSchema),
            next_cursor: z.string().nullable(),
          }),
        },
      },
    },
    async (request) => {
      const { query } = request;
      refuseEmptyRange(query.from, query.to);
      refuseUnknownMetric(query.metric);
      const page = await alerts.page({
        ...filterOf(query),
        scope: scopeOf(request),
        limit: query.limit,
        ...(query.cursor === undefined ? {} : { cursor: query.cursor }),
      });
      return { status: 'success' as const, alerts: page.alerts.map(viewOf), next_cursor: page.nextCursor };
    },
  );

  app.get(
    '/alerts/stats',
    {
      config: { access: 'read:alerts' },
      schema: {
        tags: ['Alerts'],
        summary: 'Returns key figures with their ISA-18.2 targets, by default of the last 30 days',
        querystring: filterSchema.pick({ from: true, to: true, machine_id: true }).extend({
          location: z.string().min(1).max(100).optional().meta({ description: 'Machines that are there now.' }),
          shift: z
            .string()
            .min(1)
            .max(100)
            .optional()
            .meta({ description: 'The shifts of this name of the calendar.' }),
        }),
        response: { 200: alertStatsSchema.extend({ status: z.literal('success') }), 404: errorSchema },
      },
    },
    async (request) => {
      const { query } = request;
      const { fromMs, toMs } = alertRange(query, clock.nowMs());
      if (query.machine_id !== undefined) machineOf(deps, request, query.machine_id);
      const filter = {
        ...(query.machine_id === undefined ? {} : { machineId: query.machine_id }),
        ...(query.location === undefined ? {} : { location: query.location }),
        ...(query.shift === undefined ? {} : { shifts: shiftsNamed(query.shift, fromMs, toMs) }),
      };
      return { status: 'success' as const, ...(await alerts.stats(fromMs, toMs, scopeOf(request), filter)) };
    },
  );

  app.get(
    '/alerts/export',
    {
      config: { access: 'read:alerts' },
      schema: {
        tags: ['Alerts'],
        summary: 'Exports alerts that were raised in a range as CSV, the oldest first, by default of the last 30 days',
        querystring: filterSchema.extend({
          format: z.enum(['csv']).default('csv'),
          ids: z
            .string()
            .transform((text) => text.split(','))
            .pipe(z.array(z.uuid().toLowerCase()).max(MAX_EXPORTED_IDS))
            .optional()
            .meta({ description: 'Only these ids, separated by commas, whatever the range.', type: 'string' }),
        }),
        response: { 200: { description: 'The file', content: { 'text/csv': { schema: z.string() } } } },
      },
    },
    async (request, reply) => {
      const { query } = request;
      const scope = scopeOf(request);
      const { fromMs, toMs } = alertRange(query, clock.nowMs());
      refuseUnknownMetric(query.metric);
      // Read before the reply begins, so that an unknown id gives an error reply instead of an incomplete file.
      const named = query.ids && (await Promise.all(query.ids.map((id) => alerts.get(id, scope))));
      const found = named ?? alerts.raisedBetween(fromMs, toMs, scope);
      const lines = alertsToCsv(matching(found, filterOf(query)), machines);
      reply.header('Content-Disposition', attachment('alerts.csv'));
      return streamText(reply, 'text/csv; charset=utf-8', lines);
    },
  );

  app.get(
    '/alerts/:id',
    {
      config: { access: 'read:alerts' },
      schema: { tags: ['Alerts'], summary: 'Returns one alert', params: idSchema, response: { 200: oneAlertSchema } },
    },
    async (request) => oneAlert(await alerts.get(request.params.id, scopeOf(request))),
  );

  app.get(
    '/alerts/:id/raises',
    {
      config: { access: 'read:alerts' },
      schema: {
        tags: ['Alerts'],
        summary: 'Lists the raises of an alert, the newest first',
        params: idSchema,
        querystring: filterSchema.pick({ from: true, to: true }).extend(pageSchema),
        response: {
          200: z.object({
            status: z.literal('success'),
            raises: z.array(alertRaiseSchema),
            next_cursor: z.string().nullable(),
          }),
        },
      },
    },
    async (request) => {
      const { from, to, limit, cursor } = request.query;
      refuseEmptyRange(from, to);
      const { raises, nextCursor } = await alerts.raises(
        request.params.id,
        {
          ...(from === undefined ? {} : { fromMs: from }),
          ...(to === undefined ? {} : { toMs: to }),
          limit,
          ...(cursor === undefined ? {} : { cursor }),
        },
        scopeOf(request),
      );
      return { status: 'success' as const, raises: raises.map(raiseView), next_cursor: nextCursor };
    },
  );
}

function filterOf(filter: Filter): Omit<AlertQuery, 'limit' | 'scope'> {
  const { state, severity, machine_id: machineId, metric, told, from: fromMs, to: toMs } = filter;
  return {
    ...(state === undefined ? {} : { states: state in STATE_GROUPS ? groupOf(state) : [state as AlertState] }),
    ...(state === 'shelved' ? { shelved: true } : {}),
    ...(severity === undefined ? {} : { severity }),
    ...(machineId === undefined ? {} : { machineId }),
    ...(metric === undefined ? {} : { metric }),
    ...(told === undefined ? {} : { told }),
    ...(fromMs === undefined ? {} : { fromMs }),
    ...(toMs === undefined ? {} : { toMs }),
  };
}

const groupOf = (state: string) => STATE_GROUPS[state as keyof typeof STATE_GROUPS];

async function* matching(
  records: Iterable<AlertRecord> | AsyncIterable<AlertRecord>,
  filter: Omit<AlertQuery, 'limit' | 'scope'>,
): AsyncIterable<AlertRecord> {
  for await (const record of records) {
    if (filter.states !== undefined && !filter.states.includes(record.state)) continue;
    if (filter.shelved && record.shelvedUntilMs === null) continue;
    if (filter.severity !== undefined && record.severity !== filter.severity) continue;
    if (filter.told !== undefined && record.told?.state !== filter.told) continue;
    if (filter.machineId !== undefined && !record.machineIds.includes(filter.machineId)) continue;
    if (filter.metric === undefined || record.metric === filter.metric) yield record;
  }
}
