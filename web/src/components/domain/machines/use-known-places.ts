// The locations and sensor types that exist, most used first.

import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../../api/use-api.ts';

type Counted = readonly { name: string; count: number }[];

export function useKnownPlaces(): { locations: Counted; sensorTypes: Counted } {
  const api = useApi();
  const { data } = useQuery({ queryKey: ['machines', 'summary'], queryFn: () => api.machineSummary() });
  return { locations: mostUsed(data?.locations), sensorTypes: mostUsed(data?.sensor_types) };
}

const mostUsed = (names: Counted = []): Counted => names.toSorted((a, b) => b.count - a.count);
