// A secret: shown while it is typed, because it is pasted and has to be compared; one that is stored is masked by the server.

import { MASKED } from '@gonsters/contract';
import type { ReactNode } from 'react';
import { Field } from '../../../../components/ui/form/field.tsx';

export function SecretField({
  label,
  hint,
  fault,
  value,
  placeholder,
  onChange,
}: {
  label: string;
  hint?: ReactNode;
  fault?: string | undefined;
  value: string;
  placeholder?: string;
  onChange: (value: string) => void;
}) {
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(field) => (
        <span className={`input ${fault ? 'input-invalid' : ''}`}>
          <input
            {...field}
            type="text"
            className="id"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            placeholder={placeholder}
            value={value}
            // What is masked is replaced as a whole: half a mask is no secret.
            onFocus={(event) => (value === MASKED ? event.target.select() : undefined)}
            onChange={(event) =>
              onChange(value === MASKED ? event.target.value.replaceAll('•', '') : event.target.value)
            }
          />
        </span>
      )}
    </Field>
  );
}
