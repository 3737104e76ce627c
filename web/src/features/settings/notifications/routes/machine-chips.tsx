// Machines of a route, found by name on the server.

import { useQueries } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useApi } from '../../../../api/use-api.ts';
import { useMachineLookup } from '../../../../components/domain/machines/use-machine-lookup.ts';
import { Combobox } from '../../../../components/ui/form/combobox.tsx';
import { useTellingText } from '../../telling/use-telling-text.ts';
import { Token } from './token-field.tsx';

/** At most this many names are shown; the rest is counted. */
const NAMED = 30;

export function MachineChips({
  chosen,
  onChange,
}: {
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}) {
  const { say } = useTellingText();
  const api = useApi();
  const id = useId();
  const [text, setText] = useState('');
  const { machines } = useMachineLookup(text, { without: chosen });
  const shown = chosen.slice(0, NAMED);
  const named = useQueries({
    queries: shown.map((each) => ({ queryKey: ['machines', 'name', each], queryFn: () => api.machine(each) })),
  });
  return (
    <div className="grid gap-2">
      {chosen.length === 0 ? null : (
        <ul className="match-chips">
          {shown.map((each, place) => (
            <Token
              key={each}
              name={named[place]?.data?.name ?? each.slice(0, 8)}
              onRemove={() => onChange(chosen.filter((other) => other !== each))}
            />
          ))}
          {chosen.length > NAMED ? <li className="chip">+{chosen.length - NAMED}</li> : null}
        </ul>
      )}
      <label id={`${id}-label`} className="sr-only" htmlFor={id}>
        {say('match.machines')}
      </label>
      <Combobox
        field={{ id, 'aria-invalid': false, 'aria-describedby': undefined }}
        text={text}
        placeholder={say('match.add')}
        note={say('preview.machine.none')}
        options={machines.map((machine) => ({
          value: machine.machine_id,
          label: machine.name,
          detail: machine.location,
        }))}
        onType={setText}
        onPick={({ value }) => {
          setText('');
          onChange([...chosen, value]);
        }}
      />
    </div>
  );
}
