// A segmented control: a few choices side by side, one of them selected.

import type { ReactNode } from 'react';

export function Segments<Value extends string>({
  label,
  value,
  choices,
  onChoose,
}: {
  label: string;
  /** null while it is not known. */
  value: Value | null;
  choices: readonly { value: Value; label: ReactNode; title?: string }[];
  onChoose: (value: Value) => void;
}) {
  return (
    <fieldset className="segments" aria-label={label}>
      {choices.map((choice) => (
        <button
          key={choice.value}
          type="button"
          aria-pressed={choice.value === value}
          title={choice.title}
          onClick={() => onChoose(choice.value)}
        >
          {choice.label}
        </button>
      ))}
    </fieldset>
  );
}
