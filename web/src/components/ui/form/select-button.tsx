// The browser's own select, styled as a quiet button.

import { ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';

export interface SelectChoice {
  value: string;
  label: string;
}

export function SelectButton({
  label,
  value,
  shown,
  choices,
  onChoose,
}: {
  label: string;
  value: string;
  /** What is written on the button, where it is not the chosen one's label. */
  shown: ReactNode;
  choices: readonly SelectChoice[];
  onChoose: (value: string) => void;
}) {
  return (
    <span className="quiet-select button button-small button-quiet">
      <span className="ellipsis" aria-hidden="true">
        {shown}
      </span>
      <ChevronDown size={14} strokeWidth={1.5} aria-hidden="true" />
      <select aria-label={label} title={label} value={value} onChange={(event) => onChoose(event.target.value)}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </span>
  );
}
