// A field for one number that keeps what was typed as long as it means the value.

import { useState } from 'react';
import { numberInput, parseNumber } from '../../../i18n/parse-number.ts';
import { useText } from '../../../i18n/use-text.ts';

export function NumberInput({
  label,
  value,
  placeholder,
  suffix = '',
  id,
  disabled = false,
  onChange,
}: {
  /** Read out, where no visible label belongs to it. */
  label?: string;
  /** null where there is none, NaN where what was typed is no number. */
  value: number | null;
  placeholder?: string;
  /** Inside, behind the number. */
  suffix?: string;
  id?: string;
  disabled?: boolean;
  onChange: (value: number | null) => void;
}) {
  const { language } = useText();
  const [typed, setTyped] = useState('');
  const text = Object.is(parseNumber(typed, language), value) ? typed : numberInput(value, language);
  const wrong = Number.isNaN(value);
  return (
    <span className={`input ${wrong ? 'input-invalid' : ''}`}>
      <input
        id={id}
        inputMode="decimal"
        autoComplete="off"
        aria-label={label}
        aria-invalid={wrong}
        placeholder={placeholder}
        disabled={disabled}
        value={text}
        onChange={(event) => {
          setTyped(event.target.value);
          onChange(parseNumber(event.target.value, language));
        }}
      />
      {suffix === '' ? null : (
        <span className="suffix" aria-hidden="true">
          {suffix}
        </span>
      )}
    </span>
  );
}
