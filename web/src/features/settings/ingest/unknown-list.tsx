// Unknown machines that send readings. Each can be accepted or rejected.

import type { UnknownMachine } from '@gonsters/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { CircleHelp } from 'lucide-react';
import { useState } from 'react';
import { useApi, useMay } from '../../../api/use-api.ts';
import { actsOn } from '../../../components/ui/activation/guarded-control.ts';
import { StateMessage } from '../../../components/ui/state-message.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { useText } from '../../../i18n/use-text.ts';
import { ConfirmDialog } from '../confirm-dialog.tsx';
import { Cell, ColumnHeads } from '../labelled-cell.tsx';
import { managementFaultText } from '../management-fault.ts';
import { RowsSkeleton, SectionFailed } from '../section-states.tsx';

const REFETCH_MS = 5_000;
const UNKNOWN_KEY = ['unknown-machines'];

export function UnknownList() {
  const { t } = useText();
  const api = useApi();
  const list = useQuery({
    queryKey: UNKNOWN_KEY,
    queryFn: ({ signal }) => api.unknownMachines(signal),
    refetchInterval: REFETCH_MS,
  });
  const machines = list.data?.machines ?? [];
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t('ingest.unknown')}</h2>
        {machines.length > 0 ? <span className="count">{machines.length}</span> : null}
      </div>
      {list.data ? (
        <p className="card-note">
          {t(`ingest.mode.${list.data.auto_provision}`)} <code>AUTO_PROVISION={list.data.auto_provision}</code>
        </p>
      ) : null}
      {list.isError && !list.data ? <SectionFailed error={list.error} onRetry={list.refetch} /> : null}
      {list.isPending ? <RowsSkeleton /> : null}
      {list.data && machines.length === 0 && list.data.auto_provision === 'approve' ? (
        <StateMessage icon={CircleHelp} title={t('ingest.unknown.none')} />
      ) : null}
      {machines.length > 0 ? (
        <>
          <ColumnHeads
            className="unknown"
            labels={[t('ingest.machine'), t('ingest.suggestion'), t('ingest.readings'), t('ingest.last_seen')]}
          />
          <ul>
            {machines.map((machine) => (
              <UnknownRow key={machine.machine_id} machine={machine} />
            ))}
          </ul>
        </>
      ) : null}
    </section>
  );
}

function UnknownRow({ machine }: { machine: UnknownMachine }) {
  const { t, format } = useText();
  const api = useApi();
  const queries = useQueryClient();
  const mayWrite = useMay('write:config');
  const [busy, setBusy] = useState(false);
  const [rejecting, setRejecting] = useState(false);
  const { machine_id: id, suggestion } = machine;
  const refresh = () => {
    void queries.invalidateQueries({ queryKey: UNKNOWN_KEY });
    void queries.invalidateQueries({ queryKey: ['machines'] });
  };
  const accept = async () => {
    setBusy(true);
    try {
      const made = await api.acceptUnknown(id);
      toast.success(t('ingest.accepted', { name: made.name, count: machine.readings_count }));
    } catch (error) {
      toast.error(managementFaultText(t, error));
    }
    setBusy(false);
    refresh();
  };
  return (
    <li className="list-row unknown">
      <div className="cell cell-main">
        <b className="ellipsis id">{suggestion.name}</b>
        <span className="caption ellipsis id" title={machine.id}>
          {machine.id}
        </span>
      </div>
      <Cell label={t('ingest.suggestion')}>
        {suggestion.sensor_type}, {suggestion.location}
      </Cell>
      <Cell label={t('ingest.readings')} className="number-cell">
        {format.number(machine.readings_count)}
      </Cell>
      <Cell label={t('ingest.last_seen')} className="number-cell">
        {format.moment(Date.parse(machine.last_seen))}
      </Cell>
      {mayWrite ? (
        <div className="cell-buttons">
          <button
            type="button"
            className="button button-small"
            disabled={busy}
            onClick={() => void accept()}
            {...actsOn('accept', [{ id }])}
          >
            {t('ingest.accept')}
            <span className="sr-only"> {suggestion.name}</span>
          </button>
          <button
            type="button"
            className="button button-small button-quiet"
            disabled={busy}
            onClick={() => setRejecting(true)}
          >
            {t('ingest.reject')}
            <span className="sr-only"> {suggestion.name}</span>
          </button>
        </div>
      ) : null}
      {rejecting ? (
        <ConfirmDialog
          title={t('ingest.reject.title', { name: suggestion.name })}
          confirm={t('ingest.reject')}
          run={async () => {
            await api.rejectUnknown(id);
            toast.success(t('ingest.rejected', { name: suggestion.name }));
            refresh();
          }}
          onClose={() => setRejecting(false)}
        >
          <p>{t('ingest.reject.hint', { count: machine.readings_count })}</p>
        </ConfirmDialog>
      ) : null}
    </li>
  );
}
