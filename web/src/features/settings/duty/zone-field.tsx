// A time zone, found by what one types.

import { isTimeZone } from '@gonsters/contract';
import { useState } from 'react';
import { Combobox } from '../../../components/ui/form/combobox.tsx';
import { Field } from '../../../components/ui/form/field.tsx';
import { offsetText } from '../../../i18n/zone.ts';
import { useTellingText } from '../telling/use-telling-text.ts';

const MOST_SHOWN = 40;

export function ZoneField({
  label,
  fault,
  zone,
  onChange,
}: {
  label: string;
  fault?: string | undefined;
  zone: string;
  onChange: (zone: string) => void;
}) {
  const { say } = useTellingText();
  const [typed, setTyped] = useState<string | null>(null);
  const words = (typed ?? '').trim().toLowerCase().replaceAll(' ', '_');
  const zones = Intl.supportedValuesOf('timeZone').filter((each) => each.toLowerCase().includes(words));
  const detail = (each: string) => (isTimeZone(each) ? offsetText(each, Date.now()) : '');
  return (
    <Field label={label} fault={fault}>
      {(field) => (
        <Combobox
          field={field}
          text={typed ?? zone}
          note={say('schedules.zone.none')}
          options={zones.slice(0, MOST_SHOWN).map((each) => ({ value: each, label: each, detail: detail(each) }))}
          onType={setTyped}
          onPick={({ value }) => {
            setTyped(null);
            onChange(value);
          }}
        />
      )}
    </Field>
  );
}
