// Requests about conditions: what is abnormal beyond the four limits, and what an alert about it says.

import type { Condition, ConditionInput, ConditionList, ConditionPatch, ConditionReply } from '@gonsters/contract';
import type { ApiClient } from './http/api-client.ts';

export interface ConditionFilter {
  machine_id?: string;
  sensor_type?: string;
  metric?: string;
}

const CONDITIONS = '/conditions';

export const conditionsApi = (client: ApiClient) => ({
  /** Plant-wide ones first. Without a filter all of them. */
  list: async (filter: ConditionFilter, signal?: AbortSignal): Promise<readonly Condition[]> =>
    (
      await client.request<ConditionList>({
        method: 'GET',
        path: CONDITIONS,
        query: { ...filter },
        ...(signal ? { signal } : {}),
      })
    ).conditions,
  add: async (body: ConditionInput): Promise<Condition> =>
    (await client.request<ConditionReply>({ method: 'POST', path: CONDITIONS, body })).condition,
  change: async (id: string, body: ConditionPatch): Promise<Condition> =>
    (await client.request<ConditionReply>({ method: 'PATCH', path: `${CONDITIONS}/${id}`, body })).condition,
  remove: (id: string) => client.request<unknown>({ method: 'DELETE', path: `${CONDITIONS}/${id}` }),
});
