// The browser's own select, styled as a filter chip.

import { ChevronDown } from 'lucide-react';

export interface Choice {
  value: string;
  label: string;
}

/** The empty value means no filter. */
export function SelectChip({
  label,
  any,
  value,
  choices,
  onChoose,
}: {
  label: string;
  any: string;
  value: string;
  choices: readonly Choice[];
  onChoose: (value: string) => void;
}) {
  const known = value === '' || choices.some((choice) => choice.value === value);
  return (
    <span className={`chip chip-select ${value === '' ? '' : 'is-set'}`}>
      <select aria-label={label} value={value} onChange={(event) => onChoose(event.target.value)}>
        <option value="">{value === '' ? label : any}</option>
        {known ? null : <option value={value}>{value}</option>}
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
      <ChevronDown size={12} strokeWidth={1.5} aria-hidden="true" />
    </span>
  );
}
