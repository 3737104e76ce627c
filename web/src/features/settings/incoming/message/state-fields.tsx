// What the values of a state mean: a name for each value that came.

import type { Scalar } from '../model/message-tree.ts';
import { useIncomingText } from '../use-incoming-text.ts';

type States = Record<string, string | number | boolean>;

export function StateFields({
  states,
  known,
  different,
  onChange,
}: {
  states: Readonly<States>;
  /** Names that the metric has. */
  known: readonly string[];
  /** Values that came. */
  different: readonly Scalar[];
  onChange: (states: States | undefined) => void;
}) {
  const { say } = useIncomingText();
  const raw = [...new Set([...different.map(String), ...Object.keys(states)])];
  const set = (value: string, name: string) => {
    const { [value]: _, ...others } = states;
    const next = name.trim() === '' ? others : { ...others, [value]: name };
    onChange(Object.keys(next).length === 0 ? undefined : next);
  };
  return (
    <fieldset className="field">
      <legend className="label">{say('states')}</legend>
      <datalist id="incoming-states">
        {known.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {raw.map((value) => (
        <label key={value} className="state-field">
          <span className="id">{value}</span>
          <span className="input">
            <input
              aria-label={say('states.means', { value })}
              list="incoming-states"
              autoComplete="off"
              maxLength={64}
              value={String(states[value] ?? '')}
              onChange={(event) => set(value, event.target.value)}
            />
          </span>
        </label>
      ))}
    </fieldset>
  );
}
