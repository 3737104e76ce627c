// Changing what people say of a machine. Only what was changed is sent; it stays open until the server has said yes.

import { MACHINE_STATUSES, type Machine, type MachinePatch } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { ApiError } from '../../../api/http/send.ts';
import { useApi } from '../../../api/use-api.ts';
import { Dialog, DialogCancel } from '../../../components/ui/dialog/dialog.tsx';
import { FaultText, Field } from '../../../components/ui/form/field.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { errorText } from '../../../i18n/error-text.ts';
import { serverMessage } from '../../../i18n/server-message.ts';
import type { Translate } from '../../../i18n/text.ts';
import { useText } from '../../../i18n/use-text.ts';
import { useUpdateMachine } from './use-update-machine.ts';

const TEXTS = [
  { field: 'name', max: 100 },
  { field: 'location', max: 100 },
  { field: 'sensor_type', max: 50 },
] as const;
type Editable = Pick<Machine, (typeof TEXTS)[number]['field'] | 'status'>;
type Faults = Partial<Record<keyof Editable | 'all', string>>;

export function EditMachineDialog({ machine, onClose }: { machine: Machine; onClose: () => void }) {
  const { t } = useText();
  const update = useUpdateMachine(machine.machine_id);
  const known = useKnownPlaces();
  const listId = useId();
  // As it was when the dialog opened: what others change meanwhile is not undone.
  const [before] = useState<Editable>(machine);
  const [draft, setDraft] = useState<Editable>(machine);
  const [faults, setFaults] = useState<Faults>({});
  const [busy, setBusy] = useState(false);
  const change = (patch: Partial<Editable>) => {
    setDraft({ ...draft, ...patch });
    setFaults({});
  };
  const submit = async () => {
    const empty = TEXTS.filter(({ field }) => draft[field].trim() === '');
    if (empty.length > 0) {
      setFaults(Object.fromEntries(empty.map(({ field }) => [field, t('machine.required')])));
      return;
    }
    const patch = changesOf(before, draft);
    if (Object.keys(patch).length === 0) {
      onClose();
      return;
    }
    setBusy(true);
    try {
      const { name } = await update(patch);
      toast.success(t('machine.saved', { name }));
      onClose();
    } catch (error) {
      setFaults(placedFaults(t, error));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t('machine.edit')}
      busy={busy}
      onSubmit={submit}
      onClose={onClose}
      actions={
        <>
          <DialogCancel disabled={busy} />
          <button type="submit" className="btn btn-ink" disabled={busy}>
            {t(busy ? 'save.saving' : 'save.save')}
          </button>
        </>
      }
    >
      {TEXTS.map(({ field, max }) => (
        <Field key={field} label={t(`machine.${field}`)} fault={faults[field]}>
          {(props) => (
            <span className={`inp ${faults[field] ? 'inp-bad' : ''}`}>
              <input
                {...props}
                autoComplete="off"
                maxLength={max}
                list={field === 'name' ? undefined : `${listId}-${field}`}
                value={draft[field]}
                onChange={(event) => change({ [field]: event.target.value })}
              />
            </span>
          )}
        </Field>
      ))}
      {(['location', 'sensor_type'] as const).map((field) => (
        <datalist key={field} id={`${listId}-${field}`}>
          {known[field].map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      ))}
      <Field label={t('machine.status')} hint={t(`machine.status_hint.${draft.status}`)} fault={faults.status}>
        {(props) => (
          <select
            {...props}
            className="inp"
            value={draft.status}
            onChange={(event) => change({ status: event.target.value as Editable['status'] })}
          >
            {MACHINE_STATUSES.map((status) => (
              <option key={status} value={status}>
                {t(`status.${status}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      {faults.all ? <FaultText>{faults.all}</FaultText> : null}
    </Dialog>
  );
}

/** Locations and sensor types that the plant has already, so that nobody invents another spelling. */
function useKnownPlaces(): { location: string[]; sensor_type: string[] } {
  const api = useApi();
  const { data } = useQuery({ queryKey: ['machines', 'summary'], queryFn: () => api.machineSummary() });
  return {
    location: data?.locations.map(({ name }) => name) ?? [],
    sensor_type: data?.sensor_types.map(({ name }) => name) ?? [],
  };
}

function changesOf(before: Editable, draft: Editable): MachinePatch {
  const patch: MachinePatch = draft.status === before.status ? {} : { status: draft.status };
  for (const { field } of TEXTS) {
    const text = draft[field].trim();
    if (text !== before[field]) patch[field] = text;
  }
  return patch;
}

function placedFaults(t: Translate, error: unknown): Faults {
  const otherwise = { all: errorText(t, error) };
  if (!(error instanceof ApiError)) return otherwise;
  if (error.code === 'name_taken') return { name: t('machine.name_taken') };
  const placed = error.faults.filter(({ field }) => TEXTS.some((text) => text.field === field) || field === 'status');
  return placed.length > 0
    ? Object.fromEntries(placed.map((fault) => [fault.field, serverMessage(t, fault.error)]))
    : otherwise;
}
