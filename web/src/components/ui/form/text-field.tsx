// Text field, password field, select, switch and checkbox, each with its label, hint and fault.

import { Eye, EyeOff } from 'lucide-react';
import { type ComponentProps, type ReactNode, useState } from 'react';
import { useText } from '../../../i18n/use-text.ts';
import { Field } from './field.tsx';

interface TextFieldProps {
  label: string;
  hint?: ReactNode;
  fault?: ReactNode;
  value: string;
  onChange: (value: string) => void;
}

export function TextField({
  label,
  hint,
  fault,
  value,
  onChange,
  type = 'text',
  autoComplete = 'off',
  maxLength,
  list,
  step,
  placeholder,
}: TextFieldProps & {
  type?: 'text' | 'email' | 'datetime-local';
  list?: string | undefined;
} & Pick<ComponentProps<'input'>, 'autoComplete' | 'maxLength' | 'step' | 'placeholder'>) {
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(field) => (
        <span className={`input ${fault ? 'input-invalid' : ''}`}>
          <input
            {...field}
            type={type}
            autoComplete={autoComplete}
            autoCapitalize="none"
            spellCheck={false}
            maxLength={maxLength}
            list={list}
            step={step}
            placeholder={placeholder}
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
        </span>
      )}
    </Field>
  );
}

export function PasswordField({
  label,
  hint,
  fault,
  value,
  onChange,
  autoComplete,
}: TextFieldProps & { autoComplete: 'current-password' | 'new-password' }) {
  const { t } = useText();
  const [shown, setShown] = useState(false);
  const SeeIcon = shown ? EyeOff : Eye;
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(field) => (
        <span className={`input ${fault ? 'input-invalid' : ''}`}>
          <input
            {...field}
            type={shown ? 'text' : 'password'}
            autoComplete={autoComplete}
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
          <button
            type="button"
            className="button button-quiet button-small button-icon -mr-2"
            aria-label={t('app.show_password')}
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
          >
            <SeeIcon size={16} strokeWidth={1.5} />
          </button>
        </span>
      )}
    </Field>
  );
}

export function SelectField<Value extends string>({
  label,
  hint,
  fault,
  value,
  choices,
  onChange,
}: {
  label: string;
  hint?: ReactNode;
  fault?: string | undefined;
  value: Value;
  choices: readonly { value: Value; label: string }[];
  onChange: (value: Value) => void;
}) {
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(field) => (
        <select
          {...field}
          className="input input-select"
          value={value}
          onChange={(event) => onChange(event.target.value as Value)}
        >
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function SwitchField({
  label,
  hint,
  checked,
  onChange,
}: {
  label: string;
  hint?: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
}) {
  return (
    <label className="switch">
      <input
        type="checkbox"
        role="switch"
        aria-checked={checked}
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span>
        <b>{label}</b>
        {hint === undefined ? null : <span className="caption block">{hint}</span>}
      </span>
    </label>
  );
}

/** To be ticked before what one should think about. */
export function ConfirmBox({
  label,
  checked,
  onChange,
}: {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}) {
  return (
    <label className="confirm-box">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
      <span>{label}</span>
    </label>
  );
}
