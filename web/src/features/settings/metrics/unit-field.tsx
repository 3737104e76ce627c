// The unit of a metric, found in the table of units by symbol, code, quantity or what devices call it; or as it is typed.

import { UNITS, type Unit, understandUnit } from '@gonsters/contract';
import { useMemo } from 'react';
import { Combobox } from '../../../components/ui/form/combobox.tsx';
import { Field } from '../../../components/ui/form/field.tsx';
import { useText } from '../../../i18n/use-text.ts';

const MOST_SHOWN = 40;

export function UnitField({
  label,
  value,
  fault,
  onChange,
}: {
  label: string;
  /** A symbol or a spelling; empty for none. */
  value: string;
  fault: string | undefined;
  onChange: (text: string) => void;
}) {
  const { t } = useText();
  const options = useMemo(() => unitsFor(value), [value]);
  const understood = value.trim() === '' ? null : understandUnit(value, null);
  const unknown = value.trim() !== '' && understood === null && !UNITS.some(({ symbol }) => symbol === value.trim());
  return (
    <Field label={label} fault={fault} {...(unknown ? { hint: t('metrics.unit.unknown') } : {})}>
      {(field) => (
        <Combobox
          field={field}
          text={value}
          placeholder={t('metrics.unit.none')}
          options={options.map((unit) => ({
            ...{ value: unit.code, symbol: unit.symbol, label: unit.symbol },
            detail: unit.code === unit.symbol ? unit.quantity : `${unit.quantity}, ${unit.code}`,
          }))}
          onType={onChange}
          onPick={({ symbol }) => onChange(symbol)}
        />
      )}
    </Field>
  );
}

/** The closest first: what is spelt so, then what begins so, then what has it anywhere. */
function unitsFor(text: string): readonly Unit[] {
  const words = text.trim().toLowerCase();
  if (words === '') return UNITS.slice(0, MOST_SHOWN);
  const ranked = UNITS.flatMap((unit) => {
    const texts = [unit.symbol, unit.code, ...unit.aliases, unit.quantity].map((each) => each.toLowerCase());
    if (texts.includes(words)) return [{ unit, rank: 0 }];
    if (texts.some((each) => each.startsWith(words))) return [{ unit, rank: 1 }];
    return texts.some((each) => each.includes(words)) ? [{ unit, rank: 2 }] : [];
  });
  return ranked
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MOST_SHOWN)
    .map(({ unit }) => unit);
}
