// Every resource of the API, once.

import type { Routes } from './http-server.ts';
import { alertRoutes } from './routes/alerts.ts';
import { auditRoutes } from './routes/audit.ts';
import { authRoutes } from './routes/auth.ts';
import { configRoutes } from './routes/config.ts';
import { gatewayRoutes } from './routes/gateways.ts';
import { ingestRoutes } from './routes/ingest.ts';
import { limitRoutes } from './routes/limits.ts';
import { machineRoutes } from './routes/machines.ts';
import { userRoutes } from './routes/users.ts';

export const API_ROUTES: readonly Routes[] = [
  authRoutes,
  userRoutes,
  machineRoutes,
  limitRoutes,
  ingestRoutes,
  alertRoutes,
  configRoutes,
  gatewayRoutes,
  auditRoutes,
];
