// Requests about the story of one alert: who was told, and what comes next.

import type { AlertNotification, NotificationRun } from '@gonsters/contract';
import type { ApiClient } from './http/api-client.ts';

export interface ToldReply {
  /** The oldest first. */
  notifications: AlertNotification[];
  run: NotificationRun | null;
}

export const alertStoryApi = (client: ApiClient) => ({
  told: (alertId: string, signal: AbortSignal) =>
    client.request<ToldReply>({ method: 'GET', path: `/alerts/${alertId}/notifications`, signal }),
});
