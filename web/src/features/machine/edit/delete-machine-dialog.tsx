// The dialog that deletes a machine, with or without its readings. Because this cannot be undone, its name has to be typed.

import type { Machine } from '@gonsters/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { useApi } from '../../../api/use-api.ts';
import { keepPanelFilters } from '../../../components/domain/links.ts';
import { FormDialog } from '../../../components/ui/dialog/form-dialog.tsx';
import { FaultText } from '../../../components/ui/form/field.tsx';
import { TextField } from '../../../components/ui/form/text-field.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { errorText } from '../../../i18n/error-text.ts';
import { useText } from '../../../i18n/use-text.ts';

export function DeleteMachineDialog({ machine, onClose }: { machine: Machine; onClose: () => void }) {
  const { t } = useText();
  const api = useApi();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const group = useId();
  const [readings, setReadings] = useState<'keep' | 'delete'>('keep');
  const [typed, setTyped] = useState('');
  const [fault, setFault] = useState('');
  const [busy, setBusy] = useState(false);
  const { name, machine_id: machineId } = machine;
  const submit = async () => {
    if (typed.trim() !== name) return;
    setBusy(true);
    setFault('');
    try {
      await api.deleteMachine(machineId, readings);
    } catch (error) {
      setFault(t('machine.not_deleted', { reason: errorText(t, error) }));
      setBusy(false);
      return;
    }
    toast.success(t(`machine.deleted.${readings}`, { name }));
    await navigate({ to: '/', search: keepPanelFilters, replace: true });
    void queries.invalidateQueries({ queryKey: ['machines'] });
  };
  return (
    <FormDialog
      title={t('machine.delete_named', { name })}
      lead={t('machine.delete.lead')}
      busy={busy}
      onSubmit={submit}
      onClose={onClose}
      submitLabel={t(busy ? 'machine.deleting' : 'machine.delete')}
      canSubmit={typed.trim() === name}
      dangerous
    >
      <fieldset className="choices" aria-label={t('machine.readings')}>
        {(['keep', 'delete'] as const).map((choice) => (
          <label key={choice} className="choice">
            <input type="radio" name={group} checked={readings === choice} onChange={() => setReadings(choice)} />
            <span>
              <b>{t(`machine.readings.${choice}`)}</b>
              <span className="caption">{t(`machine.readings.${choice}.hint`)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <TextField label={t('machine.type_name', { name })} value={typed} onChange={setTyped} />
      {fault === '' ? null : <FaultText>{fault}</FaultText>}
    </FormDialog>
  );
}
