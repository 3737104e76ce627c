// How the time of a message is read.

import type { ProfileRule } from '@gonsters/contract';
import { SelectField, SwitchField } from '../../../../components/ui/form/text-field.tsx';
import { useIncomingText } from '../use-incoming-text.ts';

const FORMATS = ['auto', 'day_first', 'month_first'] as const;

export function TimeForm({ rule, onChange }: { rule: ProfileRule; onChange: (rule: ProfileRule) => void }) {
  const { say } = useIncomingText();
  return (
    <>
      <SelectField
        label={say('time.format')}
        hint={say('time.zone')}
        value={rule.time_format}
        choices={FORMATS.map((value) => ({ value, label: say(`time.format.${value}`) }))}
        onChange={(format) => onChange({ ...rule, time_format: format })}
      />
      <SwitchField
        label={say('time.unset')}
        hint={say('time.unset.hint')}
        checked={rule.unset_clock === 'arrival'}
        onChange={(on) => onChange({ ...rule, unset_clock: on ? 'arrival' : 'refuse' })}
      />
    </>
  );
}
