// A short, ordered choice of metrics: the headline, or those with a chart.

import type { MetricDefinition } from '@gonsters/contract';
import { GripVertical, X } from 'lucide-react';
import { useReorder } from '../../../components/ui/form/use-reorder.ts';
import { useText } from '../../../i18n/use-text.ts';
import { moved } from './type-draft.ts';

export function MetricSlots({
  title,
  hint,
  names,
  most,
  choices,
  readOnly,
  onChange,
}: {
  title: string;
  /** What it means that there are none. */
  hint: string;
  names: readonly string[];
  most: number;
  /** With the labels and units that they have in this type. */
  choices: readonly Pick<MetricDefinition, 'name' | 'label' | 'unit'>[];
  readOnly: boolean;
  onChange: (names: string[]) => void;
}) {
  const { t } = useText();
  const reorder = useReorder((from, to) => {
    if (to >= 0 && to < names.length) onChange(moved(names, from, to));
  });
  const others = choices.filter(({ name }) => !names.includes(name));
  return (
    <section className="slots-block" aria-label={title}>
      <h3 className="label">{title}</h3>
      {names.length === 0 ? <p className="caption">{hint}</p> : null}
      <ul className="slots" data-reorder>
        {names.map((name, place) => {
          const { label, unit } = choices.find((each) => each.name === name) ?? { label: name, unit: null };
          return (
            <li key={name} className="slot" {...reorder.row(place)}>
              {readOnly ? null : (
                <button
                  type="button"
                  className="grip"
                  aria-label={t('types.move', { label, place: place + 1, count: names.length })}
                  {...reorder.handle(place)}
                >
                  <GripVertical size={16} strokeWidth={1.5} aria-hidden="true" />
                </button>
              )}
              <span className="slot-label">{label}</span>
              <span className="caption">{unit}</span>
              {readOnly ? null : (
                <button
                  type="button"
                  className="button button-quiet button-icon button-small"
                  aria-label={t('types.take_away', { label })}
                  onClick={() => onChange(names.filter((each) => each !== name))}
                >
                  <X size={14} strokeWidth={1.5} />
                </button>
              )}
            </li>
          );
        })}
        {readOnly || names.length >= most || others.length === 0 ? null : (
          <li className="slot slot-add">
            <select
              className="input input-select"
              aria-label={`${title}: ${t('types.add_metric')}`}
              value=""
              onChange={(event) => onChange([...names, event.target.value])}
            >
              <option value="">{t('types.add_metric')}</option>
              {others.map(({ name, label }) => (
                <option key={name} value={name}>
                  {label}
                </option>
              ))}
            </select>
          </li>
        )}
      </ul>
    </section>
  );
}
