// All routes of the API, in the order of the documentation.

import type { Config } from '../config.ts';
import type { HttpApp } from './http-app.ts';
import type { HttpDeps } from './http-deps.ts';
import { alertCommandRoutes } from './routes/alert-commands.ts';
import { alertNotificationRoutes } from './routes/alert-notifications.ts';
import { alertRoutes } from './routes/alerts.ts';
import { apiKeyRoutes } from './routes/api-keys.ts';
import { auditRoutes } from './routes/audit.ts';
import { authRoutes } from './routes/auth.ts';
import { backtestRoutes } from './routes/backtests.ts';
import { badActorRoutes } from './routes/bad-actors.ts';
import { calibrationRoutes } from './routes/calibration.ts';
import { clockRoutes } from './routes/clock.ts';
import { conditionRoutes } from './routes/conditions.ts';
import { configRoutes } from './routes/config.ts';
import { contactRoutes } from './routes/contacts.ts';
import { damageRoutes } from './routes/damage.ts';
import { dutyCalendarRoutes } from './routes/duty-calendar.ts';
import { dutyOverrideRoutes } from './routes/duty-overrides.ts';
import { dutyScheduleRoutes } from './routes/duty-schedules.ts';
import { gatewayAddressRoutes } from './routes/gateway-addresses.ts';
import { gatewayProfileRoutes } from './routes/gateway-profile.ts';
import { gatewayTokenRoutes } from './routes/gateway-token.ts';
import { gatewayRoutes } from './routes/gateways.ts';
import { incomingRoutes } from './routes/incoming.ts';
import { incomingReplayRoutes } from './routes/incoming-replay.ts';
import { ingestRoutes } from './routes/ingest.ts';
import { ingestReviewRoutes } from './routes/ingest-review.ts';
import { limitRoutes } from './routes/limits.ts';
import { machineStatusRoutes } from './routes/machine-status.ts';
import { machineSuccessorRoutes } from './routes/machine-successor.ts';
import { machineTransferRoutes } from './routes/machine-transfer.ts';
import { machineTypeRoutes } from './routes/machine-types.ts';
import { machineRoutes } from './routes/machines.ts';
import { messageTemplateRoutes } from './routes/message-templates.ts';
import { metricRoutes } from './routes/metrics.ts';
import { notificationChannelRoutes } from './routes/notification-channels.ts';
import { notificationPreviewRoutes } from './routes/notification-preview.ts';
import { notificationRouteRoutes } from './routes/notification-routes.ts';
import { notificationStatusRoutes } from './routes/notification-status.ts';
import { oidcRoutes } from './routes/oidc.ts';
import { oidcRuleRoutes } from './routes/oidc-rules.ts';
import { ownSecondFactorRoutes } from './routes/own-second-factors.ts';
import { peopleRoutes } from './routes/people.ts';
import { readingComparisonRoutes } from './routes/reading-comparison.ts';
import { readingExportRoutes } from './routes/reading-export.ts';
import { readingRoutes } from './routes/readings.ts';
import { secondFactorSignInRoutes } from './routes/second-factor-sign-in.ts';
import { shiftCalendarRoutes } from './routes/shift-calendar.ts';
import { shiftRoutes } from './routes/shifts.ts';
import { signInPolicyRoutes } from './routes/sign-in-policy.ts';
import { userSessionRoutes } from './routes/user-sessions.ts';
import { userRoutes } from './routes/users.ts';

/** Adds the routes of one resource. */
type Routes = (app: HttpApp, deps: HttpDeps) => Promise<void>;

/** The routes of a node with the role `ingest`. */
const INGEST_ROUTES: readonly Routes[] = [authRoutes, secondFactorSignInRoutes, ingestRoutes];

/** Below `/api/v1`. */
const API_ROUTES: readonly Routes[] = [
  authRoutes,
  oidcRoutes,
  oidcRuleRoutes,
  secondFactorSignInRoutes,
  signInPolicyRoutes,
  userRoutes,
  ownSecondFactorRoutes,
  userSessionRoutes,
  contactRoutes,
  apiKeyRoutes,
  machineRoutes,
  machineTransferRoutes,
  machineStatusRoutes,
  machineSuccessorRoutes,
  limitRoutes,
  conditionRoutes,
  metricRoutes,
  machineTypeRoutes,
  calibrationRoutes,
  ingestRoutes,
  ingestReviewRoutes,
  incomingRoutes,
  incomingReplayRoutes,
  readingRoutes,
  readingComparisonRoutes,
  readingExportRoutes,
  backtestRoutes,
  badActorRoutes,
  alertRoutes,
  alertNotificationRoutes,
  alertCommandRoutes,
  configRoutes,
  notificationChannelRoutes,
  notificationStatusRoutes,
  notificationRouteRoutes,
  notificationPreviewRoutes,
  peopleRoutes,
  shiftCalendarRoutes,
  dutyScheduleRoutes,
  dutyOverrideRoutes,
  dutyCalendarRoutes,
  messageTemplateRoutes,
  shiftRoutes,
  gatewayRoutes,
  gatewayAddressRoutes,
  gatewayTokenRoutes,
  gatewayProfileRoutes,
  auditRoutes,
  clockRoutes,
  damageRoutes,
];

export function routesOf(role: Config['role']): readonly Routes[] {
  return role === 'ingest' ? INGEST_ROUTES : API_ROUTES;
}
