// The dialog in which a replaced machine hands its aliases, and if wanted its readings, to another one.

import type { Handover, Machine, SuccessorReply } from '@gonsters/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useApi } from '../../../api/use-api.ts';
import { keepPanelFilters } from '../../../components/domain/links.ts';
import { MachineFinder } from '../../../components/domain/machines/machine-finder.tsx';
import { Dialog } from '../../../components/ui/dialog/dialog.tsx';
import { FormDialog } from '../../../components/ui/dialog/form-dialog.tsx';
import { FaultText } from '../../../components/ui/form/field.tsx';
import { errorText } from '../../../i18n/error-text.ts';
import { useText } from '../../../i18n/use-text.ts';

const REFETCH_MS = 1000;

export function HandOverDialog({ machine, onClose }: { machine: Machine; onClose: () => void }) {
  const { t } = useText();
  const api = useApi();
  const queries = useQueryClient();
  const [successor, setSuccessor] = useState<Machine | null>(null);
  const [history, setHistory] = useState(true);
  const { mutate, data, isPending, error } = useMutation({
    mutationFn: (to: Machine) => api.handOver(machine.machine_id, { machine_id: to.machine_id, history }),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['machines'] }),
  });
  if (data) return <HandedOver machine={machine} reply={data} onClose={onClose} />;
  return (
    <FormDialog
      title={t('successor.title', { name: machine.name })}
      lead={t('successor.lead')}
      busy={isPending}
      onSubmit={() => (successor === null ? undefined : mutate(successor))}
      onClose={onClose}
      submitLabel={t(isPending ? 'successor.busy' : 'successor.submit')}
      canSubmit={successor !== null}
    >
      {successor === null ? (
        <MachineFinder label={t('successor.search')} without={[machine.machine_id]} autoFocus onPick={setSuccessor} />
      ) : (
        <div className="file-row">
          <b className="id ellipsis flex-1">{successor.name}</b>
          <span className="caption ellipsis">{successor.location}</span>
          <button type="button" className="button button-small" onClick={() => setSuccessor(null)}>
            {t('successor.other')}
          </button>
        </div>
      )}
      <label className="check">
        <input type="checkbox" checked={history} onChange={(event) => setHistory(event.target.checked)} />
        {t('successor.history')}
      </label>
      <p className="caption">{t('successor.history.hint')}</p>
      {error ? <FaultText>{errorText(t, error)}</FaultText> : null}
    </FormDialog>
  );
}

function HandedOver({ machine, reply, onClose }: { machine: Machine; reply: SuccessorReply; onClose: () => void }) {
  const { t } = useText();
  const { machine: successor, aliases, gateways } = reply;
  const history = useHandover(machine.machine_id, reply.history);
  return (
    <Dialog
      title={t('successor.title', { name: machine.name })}
      onClose={onClose}
      actions={
        <Link
          to="/machines/$machineId"
          params={{ machineId: successor.machine_id }}
          search={keepPanelFilters}
          className="button button-primary"
          onClick={onClose}
        >
          {t('successor.open', { name: successor.name })}
        </Link>
      }
    >
      <div role="status">
        <p>
          {aliases.length === 0
            ? t('successor.no_aliases')
            : t('successor.aliases', { name: successor.name, aliases: aliases.join(', ') })}
        </p>
        {history === null ? null : <HistoryText history={history} />}
      </div>
      {gateways.length === 0 ? null : (
        <FaultText>{t('successor.gateways', { name: successor.name, gateways: gateways.join(', ') })}</FaultText>
      )}
    </Dialog>
  );
}

function HistoryText({ history }: { history: Handover }) {
  const { t, format } = useText();
  const {
    state,
    copied_readings: copied,
    total_readings: total,
    overlapping_values: overlapping,
    kept,
    fault,
  } = history;
  if (state === 'failed') return <FaultText>{t('successor.failed', { reason: fault ?? '' })}</FaultText>;
  return (
    <>
      <p>
        {state === 'running'
          ? t('successor.running', { copied: format.number(copied), total: format.number(Math.max(total, copied)) })
          : t('successor.completed', { count: copied })}
      </p>
      {state === 'running' ? <p className="caption">{t('successor.running.hint')}</p> : null}
      {overlapping > 0 ? <p className="caption">{t('successor.overlapping', { count: overlapping })}</p> : null}
      {kept === null ? null : <p className="caption">{t(`successor.kept.${kept}`)}</p>}
    </>
  );
}

/** The state of the handover, asked for until it has ended. */
function useHandover(machineId: string, first: Handover | null): Handover | null {
  const api = useApi();
  const queries = useQueryClient();
  const { data } = useQuery({
    queryKey: ['handover', machineId, first?.started_at],
    queryFn: ({ signal }) => api.handover(machineId, signal),
    enabled: first?.state === 'running',
    refetchInterval: ({ state }) => (state.data && state.data.state !== 'running' ? false : REFETCH_MS),
  });
  const history = data ?? first;
  const hasEnded = history?.state === 'completed';
  useEffect(() => {
    if (hasEnded) void queries.invalidateQueries({ queryKey: ['machines'] });
  }, [hasEnded, queries]);
  return history;
}
