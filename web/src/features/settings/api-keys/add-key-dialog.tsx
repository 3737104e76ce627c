// Adds an API key of the signed-in user, with some of the user's permissions.

import type { Permission } from '@gonsters/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { IssuedApiKey } from '../../../api/access-keys-api.ts';
import { useApi } from '../../../api/use-api.ts';
import { FormDialog } from '../../../components/ui/dialog/form-dialog.tsx';
import { FaultText } from '../../../components/ui/form/field.tsx';
import { ConfirmBox, SelectField, TextField } from '../../../components/ui/form/text-field.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { useFormSubmit } from '../use-form-submit.ts';

const EXPIRIES = ['30', '90', '365', 'never'] as const;
const DAY_MS = 86_400_000;

export function AddKeyDialog({
  permissions,
  onMade,
  onClose,
}: {
  /** Those of the user. */
  permissions: readonly Permission[];
  onMade: (made: IssuedApiKey) => void;
  onClose: () => void;
}) {
  const { t } = useText();
  const api = useApi();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<readonly Permission[]>([]);
  const [expiry, setExpiry] = useState<(typeof EXPIRIES)[number]>('365');
  const form = useFormSubmit();
  const { faults } = form;
  const submit = () => {
    const missing: Record<string, string> = {};
    if (name.trim() === '') missing.name = t('settings.fault.required');
    if (chosen.length === 0) missing.permissions = t('keys.permissions.none');
    return form.submit(missing, async () => {
      const expiresAt = expiry === 'never' ? null : new Date(Date.now() + Number(expiry) * DAY_MS).toISOString();
      onMade(await api.addApiKey({ name: name.trim(), permissions: [...chosen], expires_at: expiresAt }));
      void queries.invalidateQueries({ queryKey: ['api-keys'] });
      onClose();
    });
  };
  return (
    <FormDialog
      title={t('keys.add')}
      lead={t('keys.add.lead')}
      busy={form.busy}
      onSubmit={submit}
      onClose={onClose}
      submitLabel={t('keys.add')}
    >
      <TextField label={t('keys.name')} fault={faults.name} maxLength={100} value={name} onChange={setName} />
      <fieldset className="grid gap-2">
        <legend className="label">{t('keys.permissions')}</legend>
        {permissions.map((permission) => (
          <ConfirmBox
            key={permission}
            label={permission}
            checked={chosen.includes(permission)}
            onChange={(checked) =>
              setChosen(checked ? [...chosen, permission] : chosen.filter((each) => each !== permission))
            }
          />
        ))}
        {faults.permissions ? <FaultText>{faults.permissions}</FaultText> : null}
      </fieldset>
      <SelectField
        label={t('keys.expiry')}
        fault={faults.expires_at}
        value={expiry}
        choices={EXPIRIES.map((value) => ({ value, label: t(`keys.expiry.${value}`) }))}
        onChange={setExpiry}
      />
      {faults[''] ? <FaultText>{faults['']}</FaultText> : null}
    </FormDialog>
  );
}
