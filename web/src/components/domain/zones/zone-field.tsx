// A time zone, found by what one types.

import { useState } from 'react';
import { useText } from '../../../i18n/use-text.ts';
import { Combobox } from '../../ui/form/combobox.tsx';
import { Field } from '../../ui/form/field.tsx';
import { zoneOptions } from './zone-options.ts';

export function ZoneField({
  label,
  hint,
  fault,
  zone,
  onChange,
}: {
  label: string;
  hint?: string | undefined;
  fault?: string | undefined;
  zone: string;
  onChange: (zone: string) => void;
}) {
  const { t } = useText();
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(field) => (
        <Combobox
          field={field}
          text={typed ?? zone}
          note={t('settings.plant_timezone.none')}
          options={zoneOptions(typed ?? '')}
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
