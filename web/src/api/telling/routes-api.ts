// Requests about routes: which alerts are told to whom.

import type {
  DrillReply,
  NewRoute,
  NotificationRoute,
  NotificationRoutesReply,
  RouteChange,
  RoutePreview,
  Severity,
} from '@gonsters/contract';
import type { ApiClient } from '../http/api-client.ts';

const ROUTES = '/notifications/routes';

export interface WhatIf {
  machine_id: string;
  metric: string;
  severity: Severity;
  condition?: string;
  /** ISO time; absent: now. */
  at?: string;
}

export function routesApi(client: ApiClient) {
  return {
    notificationRoutes: (signal: AbortSignal) =>
      client.request<NotificationRoutesReply>({ method: 'GET', path: ROUTES, signal }),
    addRoute: async (route: NewRoute) =>
      (await client.request<{ route: NotificationRoute }>({ method: 'POST', path: ROUTES, body: route })).route,
    changeRoute: async (id: string, change: RouteChange) =>
      (await client.request<{ route: NotificationRoute }>({ method: 'PATCH', path: `${ROUTES}/${id}`, body: change }))
        .route,
    removeRoute: (id: string) => client.request<unknown>({ method: 'DELETE', path: `${ROUTES}/${id}` }),
    /** Every route but the default one. */
    orderRoutes: (ids: readonly string[]) =>
      client.request<unknown>({ method: 'PUT', path: `${ROUTES}/order`, body: { ids } }),
    whoWouldBeTold: (question: WhatIf, signal: AbortSignal) =>
      client.request<RoutePreview>({ method: 'POST', path: '/notifications/preview', body: question, signal }),
    drill: () => client.request<DrillReply>({ method: 'POST', path: '/notifications/drill' }),
  };
}
