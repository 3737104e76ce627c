// One machine and the limits in force for it.

import type { EffectiveLimits, MetricName } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../api/use-api.ts';
import { seedReadings } from '../../live/live.ts';
import { useLive } from '../../live/use-live.ts';

export type MachineLimitsInForce = Record<MetricName, EffectiveLimits>;

export function useMachine(machineId: string) {
  const api = useApi();
  const { readings } = useLive();
  const machine = useQuery({
    queryKey: ['machines', 'one', machineId],
    queryFn: async () => {
      const found = await api.machine(machineId);
      seedReadings(readings, [found]);
      return found;
    },
  });
  const limits = useQuery({
    queryKey: ['limits', machineId],
    queryFn: () => api.machineLimits(machineId),
  });
  return { machine, limits: limits.data ?? (null as MachineLimitsInForce | null) };
}
