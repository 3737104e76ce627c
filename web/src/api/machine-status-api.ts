// Sets the status of several machines at once, with an end.

import type { MachinesStatus, MachinesStatusReply } from '@gonsters/contract';
import type { ApiClient } from './http/api-client.ts';

export const machineStatusApi = (client: ApiClient) => ({
  setStatus: (body: Omit<MachinesStatus, 'until'> & { until?: string }) =>
    client.request<MachinesStatusReply>({ method: 'POST', path: '/data/machines/status', body }),
});
