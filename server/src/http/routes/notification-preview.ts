// /notifications/preview: who would be told of an alert. /notifications/drill: a test alarm to everybody who is on duty.

import {
  type DrillReply,
  drillReplySchema,
  isAboutMetric,
  routePreviewRequestSchema,
  routePreviewSchema,
} from '@gonsters/contract';
import { AppError } from '../../errors.ts';
import type { AlertCatalogue } from '../../machines/alert-catalogue.ts';
import { hiddenAddress } from '../../notifications/contacts/address.ts';
import { type HttpApp, principalOf } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { machineOf } from '../path-id.ts';

const tags = ['Notifications'];

export async function notificationPreviewRoutes(
  app: HttpApp,
  deps: Pick<HttpDeps, 'notifications' | 'machines' | 'clock'> & { catalogue: Pick<AlertCatalogue, 'get'> },
): Promise<void> {
  const { notifications, catalogue, clock } = deps;

  app.post(
    '/notifications/preview',
    {
      // Whoever may change the routes.
      config: { access: 'shelve:alerts', audit: false },
      schema: {
        tags,
        summary:
          'Says who would be told of an alert, and when, if nobody acknowledged it; without their addresses for Supervisors',
        body: routePreviewRequestSchema,
        response: { 200: routePreviewSchema },
      },
    },
    async (request) => {
      const { machine_id: machineId, metric, condition, severity, at } = request.body;
      const { record } = machineOf(deps, request, machineId);
      if (isAboutMetric(metric) && catalogue.get(metric) === undefined) {
        const error = 'must be a metric of the catalogue, connection or gateway';
        throw new AppError('validation_failed', undefined, { faults: [{ field: 'metric', error, value: metric }] });
      }
      const machines = { machineIds: [machineId], machine_ids: [machineId], sensorTypes: [record.sensorType] };
      const alert = { ...machines, location: record.location, metric, condition, severity };
      const preview = await notifications.previews.of(alert, at ?? clock.nowMs());
      if (principalOf(request).permissions.includes('read:users')) return { status: 'success' as const, ...preview };
      const steps = preview.steps.map((step) => ({
        ...step,
        tells: step.tells.map((tell) => ({ ...tell, contact: hiddenAddress(tell.contact) })),
      }));
      return { status: 'success' as const, ...preview, steps };
    },
  );

  app.post(
    '/notifications/drill',
    {
      config: { access: 'write:config', audit: 'notification.drill' },
      schema: {
        tags,
        summary: 'Sends a test alarm to everybody who is on duty, and says who that is',
        response: { 200: drillReplySchema },
      },
    },
    async (request): Promise<DrillReply> => {
      const told = await notifications.drill(principalOf(request).username);
      await request.audit({
        action: 'notification.drill',
        details: { told: told.map(({ schedule, person }) => `${schedule}: ${person?.name ?? 'nobody'}`) },
      });
      return { status: 'success', told };
    },
  );
}
