// All gateways in four numbers: connected, values per second, refused in the last hour, days of the certificate.

import type { GatewayList } from '@gonsters/contract';
import type { ReactNode } from 'react';
import { useGatewayText } from '../../../components/domain/connect/use-gateway-text.ts';
import { StatusWord } from '../../../components/domain/machines/status-mark.tsx';
import { isHeard } from './gateway-problem.ts';

const DAY_MS = 86_400_000;
/** As the notice on every screen. */
const WARN_DAYS = 21;

export function GatewayStats({ list, nowMs }: { list: GatewayList; nowMs: number }) {
  const { say, format } = useGatewayText();
  const active = list.gateways.filter(({ is_active }) => is_active);
  const heard = active.filter(isHeard).length;
  const values = active.reduce((sum, { traffic }) => sum + traffic.values_per_second, 0);
  const messages = active.reduce((sum, { traffic }) => sum + traffic.last_hour.messages, 0);
  const refused = active.reduce((sum, { traffic }) => sum + traffic.last_hour.refused, 0);
  const refusing = active.filter(({ traffic }) => traffic.last_hour.refused > 0).length;
  return (
    <section className="card gateway-stats" aria-label={say('gateways.all')}>
      <Stat
        label={say('gateways.connected')}
        value={format.number(heard)}
        unit={say('gateways.connected.of', { count: active.length })}
      >
        {active.length > heard ? say('gateways.off', { count: active.length - heard }) : null}
      </Stat>
      <Stat
        label={say('gateways.values')}
        value={format.number(values, values < 10 && values > 0 ? 1 : 0)}
        unit={say('gateways.per_second')}
      />
      <Stat
        label={say('gateways.refused_hour')}
        value={messages === 0 ? '—' : format.share(Math.min(1, refused / messages))}
      >
        {refusing > 0 ? say('gateways.refused_by', { count: refusing }) : null}
      </Stat>
      <CertificateStat expiresAt={list.broker?.certificate_expires_at ?? null} nowMs={nowMs} />
    </section>
  );
}

function CertificateStat({ expiresAt, nowMs }: { expiresAt: string | null; nowMs: number }) {
  const { say, format } = useGatewayText();
  if (expiresAt === null)
    return (
      <Stat label={say('gateways.certificate')} value="—">
        {say('gateways.certificate.none')}
      </Stat>
    );
  const expiresMs = Date.parse(expiresAt);
  const days = Math.floor((expiresMs - nowMs) / DAY_MS);
  return (
    <Stat
      label={say('gateways.certificate')}
      value={format.number(Math.max(0, days))}
      unit={say('gateways.certificate.days', { count: Math.max(0, days) })}
    >
      {days > WARN_DAYS ? null : (
        <StatusWord condition="warning_acked">
          {say(days < 0 ? 'gateways.certificate.expired' : 'gateways.certificate.renew', {
            day: format.day(expiresMs),
          })}
        </StatusWord>
      )}
    </Stat>
  );
}

function Stat({ label, value, unit, children }: { label: string; value: string; unit?: string; children?: ReactNode }) {
  return (
    <div className="stat">
      <span className="label">{label}</span>
      <span className="number number-medium">
        {value}
        {unit === undefined ? null : <span className="unit">{unit}</span>}
      </span>
      <span className="caption">{children}</span>
    </div>
  );
}
