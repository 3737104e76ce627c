// What the times of the gateway say about its clock, where the person may set its zone.

import { useQuery } from '@tanstack/react-query';
import { Clock } from 'lucide-react';
import { useApi, useMay } from '../../../../api/use-api.ts';
import { ClockHint } from '../../gateways/clock-hint.tsx';

export function ZoneHint({ gatewayId }: { gatewayId: string }) {
  const api = useApi();
  const { data } = useQuery({
    queryKey: ['gateways'],
    queryFn: ({ signal }) => api.gateways(signal),
    enabled: useMay('write:config'),
  });
  const gateway = data?.gateways.find(({ id }) => id === gatewayId);
  if (!gateway?.clock) return null;
  return (
    <div className="incoming-hint">
      <Clock size={16} strokeWidth={1.5} aria-hidden="true" />
      <ClockHint gateway={gateway} clock={gateway.clock} />
    </div>
  );
}
