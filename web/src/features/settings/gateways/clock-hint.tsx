// What the timestamps of a gateway say about its clock, and the zone that corrects them in one click.

import type { DeviceClock, Gateway } from '@gonsters/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '../../../api/use-api.ts';
import { useGatewayText } from '../../../components/domain/connect/use-gateway-text.ts';
import { toast } from '../../../components/ui/toast.ts';
import { useText } from '../../../i18n/use-text.ts';
import { formFaults } from '../management-fault.ts';
import { clockText } from './gateway-text.ts';

export function ClockHint({ gateway, clock }: { gateway: Gateway; clock: DeviceClock }) {
  const { t } = useText();
  const api = useApi();
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const { suggested_timezone: zone } = clock;
  const setZone = async (timezone: string) => {
    setBusy(true);
    try {
      await api.updateGateway(gateway.id, { timezone });
      toast.success(t('gateways.saved', { name: gateway.name }));
      await queries.invalidateQueries({ queryKey: ['gateways'] });
    } catch (error) {
      toast.error(Object.values(formFaults(t, error)).join(' '));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="gateway-note" role="status">
      <span>{clockText(t, clock)}</span>
      {zone === null ? null : (
        <button type="button" className="button button-small" disabled={busy} onClick={() => void setZone(zone)}>
          {t('gateways.clock.use', { zone })}
        </button>
      )}
    </div>
  );
}

/** Devices that publish without the credentials of a gateway: there is no gateway whose zone could be set. */
export function ClocksWithoutGateway({ clocks }: { clocks: readonly DeviceClock[] }) {
  const { t, say } = useGatewayText();
  return clocks.map((clock) => (
    <p key={`${clock.status} ${clock.offset_minutes}`} className="card-note" role="status">
      {t('gateways.clock.anonymous', { count: clock.machine_ids.length, what: clockText(t, clock) })}{' '}
      {clock.suggested_timezone === null
        ? null
        : say('gateways.clock.needs_gateway', { zone: clock.suggested_timezone })}
    </p>
  ));
}
