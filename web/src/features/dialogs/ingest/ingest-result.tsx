// The result of storing readings: how many of which machines, and every rejected reading with its reason.

import type { Fault, IngestPartialReply, IngestReply } from '@gonsters/contract';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { ApiError } from '../../../api/http/send.ts';
import { keepPanelFilters } from '../../../components/domain/links.ts';
import type { Condition } from '../../../components/domain/machines/machine-condition.ts';
import { StatusMark } from '../../../components/domain/machines/status-mark.tsx';
import { errorText } from '../../../i18n/error-text.ts';
import { serverMessage } from '../../../i18n/server-message.ts';
import { useText } from '../../../i18n/use-text.ts';
import { type FaultPlace, placeOfFault } from './place-of-fault.ts';
import { useMachineNames } from './use-machine-names.ts';

const SHOWN = 50;
const MARKS = { success: 'normal', partial: 'warning_acked', rejected: 'error' } as const satisfies Record<
  string,
  Condition
>;

export function IngestResult({
  sent,
  reply,
  error,
  onClose,
}: {
  sent: unknown;
  reply: IngestReply | IngestPartialReply | undefined;
  error: Error | null;
  onClose: () => void;
}) {
  const { t } = useText();
  const ref = useRef<HTMLElement>(null);
  const outcome = reply ?? error;
  useEffect(() => {
    if (outcome) ref.current?.scrollIntoView({ block: 'nearest' });
  }, [outcome]);
  if (reply) {
    const { total_readings: stored, rejected_readings: refused } = reply.summary;
    const partial = reply.status === 'partial_success';
    return (
      <section ref={ref} className="inset result" role="status">
        <h3 className={`status ${partial ? 'warn' : 'text-strong'}`}>
          <StatusMark condition={partial ? 'warning' : 'normal'} />
          {!partial
            ? t('ingest.stored', { count: stored })
            : refused > 0
              ? t('ingest.partial', { stored, total: stored + refused })
              : t('ingest.partial_values', { count: stored })}
        </h3>
        <Outcomes details={reply.details} onClose={onClose} />
        {partial ? <Faults sent={sent} faults={reply.errors} /> : null}
      </section>
    );
  }
  if (error === null) return null;
  const faults = error instanceof ApiError ? error.faults : [];
  return (
    <section ref={ref} className="inset result" role="alert">
      <h3 className="status crit">
        <StatusMark condition="error" />
        {t('ingest.refused')}
      </h3>
      {faults.length === 0 ? <p>{errorText(t, error)}</p> : <Faults sent={sent} faults={faults} />}
    </section>
  );
}

function Outcomes({ details, onClose }: { details: IngestReply['details']; onClose: () => void }) {
  const { t } = useText();
  const names = useMachineNames(details.slice(0, SHOWN).map((detail) => detail.machine_id));
  return (
    <ul aria-label={t('ingest.details')}>
      {details.slice(0, SHOWN).map(({ machine_id: machineId, readings_count: count, status }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a machine may be in a batch twice, and the list never changes
        <li key={index}>
          <StatusMark condition={MARKS[status]} />
          {names.has(machineId) ? (
            <Link
              to="/machines/$machineId"
              params={{ machineId }}
              search={keepPanelFilters}
              className="text-link id ellipsis"
              onClick={onClose}
            >
              {names.get(machineId)}
            </Link>
          ) : (
            <span className="id ellipsis">{machineId}</span>
          )}
          <span className="caption">
            {t(`ingest.outcome.${status}`)}
            {status === 'rejected' ? null : ` · ${t('ingest.stored', { count })}`}
          </span>
        </li>
      ))}
      <More count={details.length - SHOWN} />
    </ul>
  );
}

function Faults({ sent, faults }: { sent: unknown; faults: readonly Fault[] }) {
  const { t, format } = useText();
  const shown = faults.slice(0, SHOWN).map((fault) => ({ fault, place: placeOfFault(sent, fault.field ?? '') }));
  const names = useMachineNames(shown.flatMap(({ place }) => place.machineId ?? []));
  const placeText = ({ machineId, reading, field, timeMs }: FaultPlace) =>
    [
      machineId === null ? t('ingest.fault.batch') : (names.get(machineId) ?? machineId),
      reading === null ? '' : t('ingest.fault.reading', { reading: reading + 1 }),
      timeMs === null ? '' : t('ingest.at_time', { time: format.moment(timeMs) }),
      field,
    ]
      .filter((part) => part !== '')
      .join(' · ');
  return (
    <>
      <h4 className="label">{t('ingest.faults')}</h4>
      <ul aria-label={t('ingest.faults')}>
        {shown.map(({ fault, place }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
          <li key={index} className="fault-row">
            <StatusMark condition="error" />
            <span>
              <span className="text-strong">{placeText(place)}</span>
              <span className="block">
                {serverMessage(t, fault.error)}
                {fault.value === undefined || fault.value === null ? '' : `: ${String(fault.value)}`}
              </span>
            </span>
          </li>
        ))}
        <More count={faults.length - SHOWN} />
      </ul>
    </>
  );
}

function More({ count }: { count: number }) {
  const { t } = useText();
  return count > 0 ? <li className="caption">{t('dialog.more', { count })}</li> : null;
}
