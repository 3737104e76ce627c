// Several of a list, found by what one types; each is a chip that can be taken away.

import { X } from 'lucide-react';
import { useId, useState } from 'react';
import { Combobox } from '../../../../components/ui/form/combobox.tsx';
import { useTellingText } from '../../telling/use-telling-text.ts';

const MOST_SHOWN = 40;

export function TokenField({
  label,
  options,
  chosen,
  onChange,
}: {
  label: string;
  options: readonly { value: string; label: string }[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}) {
  const { say } = useTellingText();
  const id = useId();
  const [text, setText] = useState('');
  const words = text.trim().toLocaleLowerCase();
  const left = options.filter(
    (option) =>
      !chosen.includes(option.value) &&
      (option.label.toLocaleLowerCase().includes(words) || option.value.toLocaleLowerCase().includes(words)),
  );
  const nameOf = (value: string) => options.find((option) => option.value === value)?.label ?? value;
  return (
    <div className="grid gap-2">
      {chosen.length === 0 ? null : (
        <ul className="match-chips">
          {chosen.map((value) => (
            <Token
              key={value}
              name={nameOf(value)}
              onRemove={() => onChange(chosen.filter((each) => each !== value))}
            />
          ))}
        </ul>
      )}
      <label id={`${id}-label`} className="sr-only" htmlFor={id}>
        {label}
      </label>
      <Combobox
        field={{ id, 'aria-invalid': false, 'aria-describedby': undefined }}
        text={text}
        placeholder={say('match.add')}
        note={say('match.none')}
        options={left.slice(0, MOST_SHOWN)}
        onType={setText}
        onPick={({ value }) => {
          setText('');
          onChange([...chosen, value]);
        }}
      />
    </div>
  );
}

export function Token({ name, onRemove }: { name: string; onRemove: () => void }) {
  const { say } = useTellingText();
  return (
    <li className="chip">
      <span className="ellipsis">{name}</span>
      <button type="button" className="chip-x" aria-label={say('match.remove', { name })} onClick={onRemove}>
        <X size={12} strokeWidth={1.5} aria-hidden="true" />
      </button>
    </li>
  );
}
