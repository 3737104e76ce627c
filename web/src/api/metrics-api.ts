// Requests about the catalogue: metrics, machine types, and the file in which both travel.

import type {
  ImportReply,
  MachineType,
  MachineTypeInput,
  MachineTypeList,
  MachineTypeReply,
  MachineTypeTemplate,
  MetricDefinition,
  MetricDeleted,
  MetricInput,
  MetricPage,
  MetricPatch,
  MetricReply,
} from '@gonsters/contract';
import { MAX_METRICS } from '@gonsters/contract';
import type { ApiClient } from './http/api-client.ts';
import { downloadFile } from './http/download.ts';

const METRICS = '/metrics';
const TYPES = '/machine-types';

export function metricsApi(client: ApiClient) {
  const metricPath = (name: string) => `${METRICS}/${encodeURIComponent(name)}`;
  const typePath = (name: string) => `${TYPES}/${encodeURIComponent(name)}`;
  const metricReply = async (request: Parameters<typeof client.request>[0]): Promise<MetricDefinition> =>
    (await client.request<MetricReply>(request)).metric;
  return {
    /** All of them, by order and label; those that were merged into another one are not among them. */
    metricCatalogue: async (signal?: AbortSignal): Promise<readonly MetricDefinition[]> =>
      (
        await client.request<MetricPage>({
          method: 'GET',
          path: METRICS,
          query: { limit: MAX_METRICS },
          ...(signal ? { signal } : {}),
        })
      ).metrics,
    /** How many were found that nobody has accepted. */
    waitingMetrics: async (signal: AbortSignal): Promise<number> => {
      const pages = await Promise.all(
        ['discovered', 'pending'].map((status) =>
          client.request<MetricPage>({ method: 'GET', path: METRICS, query: { status, limit: 1 }, signal }),
        ),
      );
      return pages.reduce((sum, { pagination }) => sum + pagination.total_records, 0);
    },
    addMetric: (body: MetricInput) => metricReply({ method: 'POST', path: METRICS, body }),
    updateMetric: (name: string, body: MetricPatch) => metricReply({ method: 'PATCH', path: metricPath(name), body }),
    acceptMetric: (name: string) => metricReply({ method: 'POST', path: `${metricPath(name)}/accept`, body: {} }),
    /** One that still arrives is retired instead; the reply has it then. */
    deleteMetric: (name: string) => client.request<MetricDeleted>({ method: 'DELETE', path: metricPath(name) }),
    /** `from` becomes an alias of `into`, which is the reply. */
    mergeMetrics: (from: string, into: string) =>
      metricReply({ method: 'POST', path: `${METRICS}/merge`, body: { from, into } }),
    unmergeMetric: (name: string) => metricReply({ method: 'DELETE', path: `${metricPath(name)}/merge` }),

    machineTypes: async (signal?: AbortSignal): Promise<readonly MachineType[]> =>
      (await client.request<MachineTypeList>({ method: 'GET', path: TYPES, ...(signal ? { signal } : {}) }))
        .machine_types,
    /** Replaces the whole type, or makes it. */
    saveMachineType: async (name: string, body: MachineTypeInput): Promise<MachineType> =>
      (await client.request<MachineTypeReply>({ method: 'PUT', path: typePath(name), body })).machine_type,
    deleteMachineType: (name: string) => client.request<unknown>({ method: 'DELETE', path: typePath(name) }),
    machineTypeTemplates: async (language: string, signal?: AbortSignal): Promise<readonly MachineTypeTemplate[]> =>
      (
        await client.request<{ templates: MachineTypeTemplate[] }>({
          method: 'GET',
          path: `${TYPES}/templates`,
          query: { language },
          ...(signal ? { signal } : {}),
        })
      ).templates,
    downloadCatalogue: () => downloadFile(client, `${TYPES}/export`, {}, 'metrics.json'),
    /** `file` as the person has it: the server names its faults. A preview changes nothing. */
    importCatalogue: (file: unknown, preview: boolean) =>
      client.request<ImportReply>({
        method: 'POST',
        path: `${TYPES}/import`,
        query: { preview: String(preview) },
        body: file,
      }),
  };
}
