// The dialog that adds a user. Faults that the server reports are shown at their fields.

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi, useOwnFactory } from '../../../api/use-api.ts';
import { meetsRules, PasswordRules } from '../../../components/domain/passwords/password-rules.tsx';
import { usePasswordText } from '../../../components/domain/passwords/use-password-text.ts';
import { FormDialog } from '../../../components/ui/dialog/form-dialog.tsx';
import { FaultText } from '../../../components/ui/form/field.tsx';
import { PasswordField, TextField } from '../../../components/ui/form/text-field.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { useFormSubmit } from '../use-form-submit.ts';
import { UserFields, type UserPlace } from './user-fields.tsx';

interface Fields extends UserPlace {
  username: string;
  email: string;
  password: string;
}
const EMPTY = { username: '', email: '', password: '', role: 'Operator', department: '' } as const;

export function AddUserDialog({ onClose }: { onClose: () => void }) {
  const { t, say } = usePasswordText();
  const api = useApi();
  const queries = useQueryClient();
  const [fields, setFields] = useState<Fields>({ ...EMPTY, factory_id: useOwnFactory() ?? '' });
  const form = useFormSubmit();
  const { faults } = form;
  const change = (some: Partial<Fields>) => {
    setFields({ ...fields, ...some });
    form.forgive(Object.keys(some));
  };
  const set = (name: keyof Fields) => (value: string) => change({ [name]: value });
  const submit = () => {
    const missing: Record<string, string> = {};
    if (!/^[\p{L}\p{N}._-]{3,50}$/u.test(fields.username.trim())) missing.username = t('users.name.rule');
    if (!/^\S+@\S+\.\S+$/.test(fields.email.trim())) missing.email = t('settings.fault.email');
    if (!meetsRules(fields.password, fields.username.trim())) missing.password = say('password.rules');
    return form.submit(missing, async () => {
      const user = await api.addUser({
        username: fields.username.trim(),
        email: fields.email.trim(),
        password: fields.password,
        role: fields.role,
        department: fields.department.trim() || null,
        factory_id: fields.factory_id.trim() || null,
      });
      void queries.invalidateQueries({ queryKey: ['users'] });
      toast.success(t('users.added', { name: user.username }));
      onClose();
    });
  };
  return (
    <FormDialog
      title={t('users.add')}
      lead={t('users.add.lead')}
      busy={form.busy}
      onSubmit={submit}
      onClose={onClose}
      submitLabel={t('users.add')}
    >
      <TextField
        label={t('users.name')}
        hint={faults.username ? undefined : t('users.name.rule')}
        fault={faults.username}
        maxLength={50}
        value={fields.username}
        onChange={set('username')}
      />
      <TextField
        label={t('users.email')}
        type="email"
        fault={faults.email}
        maxLength={254}
        value={fields.email}
        onChange={set('email')}
      />
      <PasswordField
        label={t('users.password')}
        hint={<PasswordRules password={fields.password} username={fields.username.trim()} />}
        fault={faults.password}
        autoComplete="new-password"
        value={fields.password}
        onChange={set('password')}
      />
      <UserFields value={fields} faults={faults} onChange={change} />
      {faults[''] ? <FaultText>{faults['']}</FaultText> : null}
    </FormDialog>
  );
}
