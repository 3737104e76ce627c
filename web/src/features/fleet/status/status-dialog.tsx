// Sets the status of a whole location, a type or the machines that are listed, with an end.

import { MACHINE_STATUSES, type Machine } from '@gonsters/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { machineStatusApi } from '../../../api/machine-status-api.ts';
import { shiftApi } from '../../../api/shift-api.ts';
import { useApi } from '../../../api/use-api.ts';
import { FormDialog } from '../../../components/ui/dialog/form-dialog.tsx';
import { FaultText, Field } from '../../../components/ui/form/field.tsx';
import { Segments } from '../../../components/ui/form/segments.tsx';
import { SelectField, TextField } from '../../../components/ui/form/text-field.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { errorText } from '../../../i18n/error-text.ts';
import { useStatusText } from '../../../i18n/status/use-status-text.ts';
import { useNow } from '../../../live/use-live.ts';
import { filterOf } from '../filter/machine-search.ts';
import { useMachineSearch } from '../filter/use-machine-search.ts';
import { STATUS_ENDS, type StatusEnd, statusEnd } from './status-ends.ts';

/** As many as one request takes by name. */
const MOST_LISTED = 1000;

export function StatusDialog({ onClose }: { onClose: () => void }) {
  const { t, say, format } = useStatusText();
  const api = useApi();
  const queries = useQueryClient();
  const nowMs = useNow();
  const { search } = useMachineSearch();
  const [which, setWhich] = useState<'listed' | 'location' | 'type'>(
    search.location === undefined ? 'listed' : 'location',
  );
  const [location, setLocation] = useState(search.location ?? '');
  const [type, setType] = useState(search.type ?? '');
  const [status, setStatus] = useState<Machine['status']>('maintenance');
  const [end, setEnd] = useState<StatusEnd>('none');
  const [own, setOwn] = useState('');
  const [reason, setReason] = useState('');
  const summary = useQuery({ queryKey: ['machines', 'summary'], queryFn: () => api.machineSummary() }).data;
  const listed = useQuery({
    queryKey: ['machines', 'ids', search],
    queryFn: async ({ signal }) =>
      (await api.machinePage(filterOf(search), { sort: 'name', limit: MOST_LISTED, offset: 0 }, signal)).machines.map(
        ({ machine_id: id }) => id,
      ),
  }).data;
  const calendar = useQuery({
    queryKey: ['shift-calendar'],
    queryFn: ({ signal }) => shiftApi(api.client).calendar(signal),
    retry: false,
  }).data;
  const shiftEndMs = calendar?.now ? Date.parse(calendar.now.to) : null;
  const ends = STATUS_ENDS.filter((choice) => choice !== 'shift' || shiftEndMs !== null);
  const untilMs = statusEnd(end, own, shiftEndMs, nowMs);
  const isWrong = untilMs !== null && !(untilMs > nowMs);
  const chosenLocation = location || (summary?.locations[0]?.name ?? '');
  const chosenType = type || (summary?.sensor_types[0]?.name ?? '');
  const count =
    which === 'listed'
      ? (listed?.length ?? 0)
      : ((which === 'location' ? summary?.locations : summary?.sensor_types)?.find(
          ({ name }) => name === (which === 'location' ? chosenLocation : chosenType),
        )?.count ?? 0);
  const { mutate, isPending, error } = useMutation({
    mutationFn: () =>
      machineStatusApi(api.client).setStatus({
        status,
        ...(which === 'listed'
          ? { machine_ids: [...(listed ?? [])] }
          : which === 'location'
            ? { location: chosenLocation }
            : { sensor_type: chosenType }),
        ...(untilMs === null ? {} : { until: new Date(untilMs).toISOString() }),
        ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
      }),
    onSuccess: async ({ changed, unchanged }) => {
      await queries.invalidateQueries({ queryKey: ['machines'] });
      const words = [
        say('status.done', { count: changed, status: t(`status.${status}`) }),
        untilMs === null ? null : say('status.done.until', { time: format.recent(untilMs, nowMs) }),
        unchanged > 0 ? say('status.done.unchanged', { count: unchanged }) : null,
      ];
      toast.success(changed === 0 ? say('status.done.none') : words.filter((part) => part !== null).join(', '));
      onClose();
    },
  });
  return (
    <FormDialog
      title={say('status.title')}
      lead={say('status.lead')}
      busy={isPending}
      submitLabel={count > 0 ? say('status.submit', { count }) : say('status.submit.some')}
      canSubmit={count > 0 && !isWrong}
      onSubmit={() => mutate()}
      onClose={onClose}
    >
      <Field label={say('status.which')}>
        {() => (
          <div className="scroll-x">
            <Segments
              label={say('status.which')}
              value={which}
              choices={(['listed', 'location', 'type'] as const).map((value) => ({
                value,
                label:
                  value === 'listed'
                    ? say('status.which.listed', { count: listed?.length ?? 0 })
                    : say(`status.which.${value}`),
              }))}
              onChoose={setWhich}
            />
          </div>
        )}
      </Field>
      {which === 'location' ? (
        <SelectField
          label={say('status.location')}
          value={chosenLocation}
          choices={named(summary?.locations)}
          onChange={setLocation}
        />
      ) : null}
      {which === 'type' ? (
        <SelectField
          label={say('status.type')}
          value={chosenType}
          choices={named(summary?.sensor_types)}
          onChange={setType}
        />
      ) : null}
      <SelectField
        label={say('status.to')}
        value={status}
        choices={MACHINE_STATUSES.map((value) => ({ value, label: t(`status.${value}`) }))}
        onChange={setStatus}
      />
      <Field
        label={say('status.until')}
        hint={
          untilMs === null
            ? say('status.until.stays')
            : isWrong
              ? ''
              : say('status.until.ends', { time: format.recent(untilMs, nowMs), zone: format.zone(untilMs) })
        }
      >
        {() => (
          <div className="scroll-x">
            <Segments
              label={say('status.until')}
              value={end}
              choices={ends.map((value) => ({ value, label: say(`status.until.${value}`) }))}
              onChoose={setEnd}
            />
          </div>
        )}
      </Field>
      {end === 'time' ? (
        <TextField
          label={say('status.until.own', { zone: format.zone(nowMs) })}
          type="datetime-local"
          value={own}
          fault={own !== '' && isWrong ? say('status.until.wrong') : undefined}
          onChange={setOwn}
        />
      ) : null}
      <TextField
        label={say('status.reason')}
        hint={say('status.reason.hint')}
        value={reason}
        maxLength={500}
        onChange={setReason}
      />
      {error === null ? null : <FaultText>{errorText(t, error)}</FaultText>}
    </FormDialog>
  );
}

const named = (counted: readonly { name: string; count: number }[] | undefined) =>
  (counted ?? []).map(({ name, count }) => ({ value: name, label: `${name} (${count})` }));
