// Names of the people, schedules, channels and metrics that routes refer to by their ids.

import type { Person } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTellingApi } from '../../../api/telling/use-telling-api.ts';
import { useFleetMetrics } from '../../../components/domain/metrics/use-type-metrics.ts';

interface Named {
  id: string;
  name: string;
}

export interface TellingNames {
  people: readonly Person[];
  schedules: readonly Named[];
  channels: readonly (Named & { kind: string })[];
  /** null where nobody has this id, or while it is not known. */
  person: (id: string) => string | null;
  schedule: (id: string) => string | null;
  channel: (id: string) => string | null;
  metric: (name: string) => string;
}

export const SCHEDULES_KEY = ['duty-schedules'];

export function useTellingNames(): TellingNames {
  const telling = useTellingApi();
  const fleet = useFleetMetrics();
  const everybody = useQuery({ queryKey: ['people'], queryFn: ({ signal }) => telling.people(signal) });
  const schedules = useQuery({
    queryKey: SCHEDULES_KEY,
    queryFn: ({ signal }) => telling.dutySchedules(signal),
  });
  const own = useQuery({ queryKey: ['contacts', 'me'], queryFn: ({ signal }) => telling.contacts('me', signal) });
  return useMemo(() => {
    const lists = {
      people: everybody.data ?? [],
      schedules: schedules.data ?? [],
      channels: own.data?.channels ?? [],
    };
    const nameIn = (list: readonly Named[]) => (id: string) => list.find((each) => each.id === id)?.name ?? null;
    return {
      ...lists,
      person: nameIn(lists.people),
      schedule: nameIn(lists.schedules),
      channel: nameIn(lists.channels),
      metric: (name: string) => fleet.named(name).label,
    };
  }, [everybody.data, schedules.data, own.data, fleet]);
}
