// /alerts/{id}: acknowledging, shelving and unshelving an alert.

import { acknowledgeSchema, alertSchema, isoTime, shelveSchema } from '@gonsters/contract';
import { z } from 'zod';
import { alertView } from '../../alerts/alert-view.ts';
import type { AlertRecord } from '../../alerts/store/alert-repository.ts';
import { isAppError } from '../../errors.ts';
import { describeAlert } from '../audited-alert.ts';
import { type HttpApp, principalOf } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { scopeOf } from '../path-id.ts';

const idSchema = z.object({ id: z.uuid().toLowerCase() });
const oneAlertSchema = z.object({ status: z.literal('success'), alert: alertSchema });

export async function alertCommandRoutes(app: HttpApp, deps: Pick<HttpDeps, 'alerts' | 'machines'>): Promise<void> {
  const { alerts, machines } = deps;
  const viewOf = (record: AlertRecord) => alertView(record, machines);
  const oneAlert = (record: AlertRecord) => ({ status: 'success' as const, alert: viewOf(record) });

  // The audit entry of a refused command describes the alert, too. Anonymous requests cause no look-up.
  app.addHook('onError', async (request, _reply, error) => {
    const params = idSchema.safeParse(request.params);
    if (isAppError(error, 'store_unavailable')) return;
    if (request.principal === null || !request.routeOptions.config.audit || !params.success) return;
    const alert = await alerts.get(params.data.id, null).catch(() => null);
    if (alert !== null) request.refusal = { ...request.refusal, ...describeAlert(viewOf(alert)) };
  });

  app.post(
    '/alerts/:id/acknowledge',
    {
      config: { access: 'ack:alerts', audit: 'alert.acknowledge' },
      schema: {
        tags: ['Alerts'],
        summary: 'Acknowledges an alert; a repetition has no effect',
        params: idSchema,
        body: acknowledgeSchema.nullish(),
        response: { 200: oneAlertSchema },
      },
    },
    async (request) => {
      const note = request.body?.note ?? null;
      const alert = await alerts.acknowledge(request.params.id, principalOf(request).username, note, scopeOf(request));
      await request.audit({
        action: 'alert.acknowledge',
        target: alert.id,
        details: { ...describeAlert(viewOf(alert)), note },
      });
      return oneAlert(alert);
    },
  );

  app.post(
    '/alerts/:id/shelve',
    {
      config: { access: 'shelve:alerts', audit: 'alert.shelve' },
      schema: {
        tags: ['Alerts'],
        summary: 'Shelves an alert for at most 24 hours',
        params: idSchema,
        body: shelveSchema,
        response: { 200: oneAlertSchema },
      },
    },
    async (request) => {
      const { until, reason } = request.body;
      const alert = await alerts.shelve(
        request.params.id,
        principalOf(request).username,
        until,
        reason,
        scopeOf(request),
      );
      const details = { ...describeAlert(viewOf(alert)), until: isoTime(until), reason };
      await request.audit({ action: 'alert.shelve', target: alert.id, details });
      return oneAlert(alert);
    },
  );

  app.post(
    '/alerts/:id/unshelve',
    {
      config: { access: 'shelve:alerts', audit: 'alert.unshelve' },
      schema: {
        tags: ['Alerts'],
        summary: 'Ends the shelving of an alert',
        params: idSchema,
        response: { 200: oneAlertSchema },
      },
    },
    async (request) => {
      const alert = await alerts.unshelve(request.params.id, scopeOf(request));
      await request.audit({ action: 'alert.unshelve', target: alert.id, details: describeAlert(viewOf(alert)) });
      return oneAlert(alert);
    },
  );
}
