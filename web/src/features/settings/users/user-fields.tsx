// The fields of a user: role, department and factory.

import type { Role } from '@gonsters/contract';
import { SelectField, TextField } from '../../../components/ui/form/text-field.tsx';
import type { PlainTextKey } from '../../../i18n/text.ts';
import { useText } from '../../../i18n/use-text.ts';

export interface UserPlace {
  role: Role;
  department: string;
  factory_id: string;
}

export function UserFields({
  value,
  faults,
  onChange,
}: {
  value: UserPlace;
  faults: Readonly<Record<string, string>>;
  onChange: (change: Partial<UserPlace>) => void;
}) {
  const { t } = useText();
  return (
    <>
      <SelectField
        label={t('users.role')}
        hint={t(ROLE_HINTS[value.role])}
        fault={faults.role}
        value={value.role}
        choices={ROLE_NAMES.map((name) => ({ value: name, label: name }))}
        onChange={(role) => onChange({ role })}
      />
      <div className="two-fields">
        <TextField
          label={t('users.department')}
          maxLength={100}
          fault={faults.department}
          value={value.department}
          onChange={(department) => onChange({ department })}
        />
        <TextField
          label={t('users.factory')}
          hint={t('users.factory.hint')}
          maxLength={100}
          fault={faults.factory_id}
          value={value.factory_id}
          onChange={(factory_id) => onChange({ factory_id })}
        />
      </div>
    </>
  );
}

/** What each role may do, in one sentence. */
export const ROLE_HINTS: Record<Role, PlainTextKey> = {
  Operator: 'users.role.operator',
  Supervisor: 'users.role.supervisor',
  Management: 'users.role.management',
};
const ROLE_NAMES = Object.keys(ROLE_HINTS) as Role[];
