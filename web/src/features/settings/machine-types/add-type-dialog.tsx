// Adds an empty machine type.

import { useState } from 'react';
import { useApi } from '../../../api/use-api.ts';
import { FormDialog } from '../../../components/ui/dialog/form-dialog.tsx';
import { TextField } from '../../../components/ui/form/text-field.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { formFaults } from '../management-fault.ts';
import { useRefreshCatalogue } from '../use-catalogue.ts';

export function AddTypeDialog({
  taken,
  onMade,
  onClose,
}: {
  /** Names of the types that there are. */
  taken: readonly string[];
  onMade: (name: string) => void;
  onClose: () => void;
}) {
  const { t } = useText();
  const api = useApi();
  const refresh = useRefreshCatalogue();
  const [name, setName] = useState('');
  const [fault, setFault] = useState('');
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    const wanted = name.trim();
    if (wanted === '') return setFault(t('settings.fault.required'));
    if (taken.includes(wanted)) return setFault(t('manage.name_taken'));
    setBusy(true);
    try {
      await api.saveMachineType(wanted, { metrics: [], headline: [], charts: [] });
      await refresh();
      onMade(wanted);
      onClose();
    } catch (error) {
      setFault(Object.values(formFaults(t, error)).join(' '));
      setBusy(false);
    }
  };
  return (
    <FormDialog title={t('types.add')} submitLabel={t('types.add')} busy={busy} onSubmit={submit} onClose={onClose}>
      <TextField
        label={t('types.name')}
        hint={t('types.name.hint')}
        maxLength={50}
        value={name}
        fault={fault}
        onChange={(next) => {
          setName(next);
          setFault('');
        }}
      />
    </FormDialog>
  );
}
