// Adds series: any metrics of any machines, found by words of both. What a third unit would push out is said beforehand.

import { MAX_COMPARED_MACHINES, type Machine } from '@gonsters/contract';
import { Search } from 'lucide-react';
import { useState } from 'react';
import { ViewValue } from '../../../components/domain/metrics/view-value.tsx';
import { FormDialog } from '../../../components/ui/dialog/form-dialog.tsx';
import { errorText } from '../../../i18n/error-text.ts';
import { useText } from '../../../i18n/use-text.ts';
import { useLive } from '../../../live/use-live.ts';
import { type SeriesChoice, seriesChoice } from '../history-search.ts';
import { MOST_UNITS, placeSeries, type Series, withSeries } from '../series.ts';
import { type FoundSeries, type Room, roomFor } from './found-series.ts';
import { useFoundSeries } from './use-found-series.ts';

const MOST_LISTED = 40;
const ROOMS = ['chart', 'new', 'band', 'other'] as const;

export function AddSeriesDialog({
  chosen,
  machines,
  only = false,
  onAdd,
  onClose,
}: {
  chosen: readonly Series[];
  /** Of the chosen series; they are listed first. */
  machines: readonly Machine[];
  /** Nothing but these machines. */
  only?: boolean;
  onAdd: (series: SeriesChoice[]) => void;
  onClose: () => void;
}) {
  const { t } = useText();
  const [text, setText] = useState('');
  const [picked, setPicked] = useState<ReadonlyMap<string, FoundSeries>>(new Map());
  const { found, busy, error } = useFoundSeries(text, machines, only);
  const { charts } = placeSeries(chosen);
  const before = new Set(chosen.map(({ key }) => key));
  const room = MAX_COMPARED_MACHINES - chosen.length - picked.size;
  const added = [...picked.values()].map(({ key, machine, view }) => ({
    ...seriesChoice(machine.machine_id, view.name),
    key,
    view,
  }));
  const result = withSeries(charts, chosen, added);
  const units = placeSeries(
    [...chosen, ...added.map(asSeries)].filter(({ key }) => result.some((one) => one.key === key)),
  );
  const toggle = (series: FoundSeries, wants: boolean) => {
    const next = new Map(picked);
    if (wants) next.set(series.key, series);
    else next.delete(series.key);
    setPicked(next);
  };
  const grouped = groupByRoom(found.slice(0, MOST_LISTED), (series) => roomFor(series.view, charts));
  return (
    <FormDialog
      title={t('history.add.title')}
      lead={t('history.add.count', {
        count: result.length,
        most: MAX_COMPARED_MACHINES,
        units: units.charts.length,
        mostUnits: MOST_UNITS,
      })}
      submitLabel={t('history.add.submit', { count: picked.size })}
      canSubmit={picked.size > 0 && units.left.length === 0}
      unsaved={picked.size > 0}
      onSubmit={() => onAdd(result)}
      onClose={onClose}
    >
      <label className="input">
        <Search size={16} strokeWidth={1.5} aria-hidden="true" />
        <input
          type="search"
          // biome-ignore lint/a11y/noAutofocus: the dialog was opened to type into it
          autoFocus
          autoComplete="off"
          aria-label={t('history.add.search')}
          placeholder={t('history.add.hint')}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            // It finds; the button adds.
            if (event.key !== 'Enter') return;
            event.preventDefault();
            const [first] = found.filter(({ key }) => !before.has(key));
            if (first && room > 0) toggle(first, true);
          }}
        />
      </label>
      {units.left.length > 0 ? <p role="alert">{t('history.add.too_many_units')}</p> : null}
      <div className="series-choices">
        {grouped.map(({ title, room: kind, series }) => (
          <fieldset key={title.key}>
            <legend className="label">
              {kind === 'chart' || kind === 'other'
                ? t(`history.add.${kind}`, { unit: title.unit })
                : t(`history.add.${kind}`)}
            </legend>
            {series.map((each) => (
              <SeriesOption
                key={each.key}
                series={each}
                state={before.has(each.key) ? 'chosen' : picked.has(each.key) ? 'picked' : room > 0 ? 'free' : 'full'}
                onToggle={(wants) => toggle(each, wants)}
              />
            ))}
          </fieldset>
        ))}
        {found.length > MOST_LISTED ? (
          <p className="caption">{t('history.more', { count: found.length - MOST_LISTED })}</p>
        ) : null}
        {found.length === 0 && error ? (
          <p className="caption" role="alert">
            {errorText(t, error)}
          </p>
        ) : null}
        {found.length === 0 && !error ? (
          <p className="caption" role="status">
            {busy ? t('app.loading') : t('history.add.none')}
          </p>
        ) : null}
      </div>
    </FormDialog>
  );
}

const asSeries = (choice: SeriesChoice & { view: Series['view'] }): Series => ({
  ...choice,
  place: 0,
  machineName: '',
  known: true,
});

function SeriesOption({
  series: { machine, view },
  state,
  onToggle,
}: {
  series: FoundSeries;
  state: 'chosen' | 'picked' | 'free' | 'full';
  onToggle: (wants: boolean) => void;
}) {
  const { t } = useText();
  const { readings } = useLive();
  const { value, quality } = readings.newest(machine.machine_id, view.number);
  return (
    <label className="series-option">
      <input
        type="checkbox"
        checked={state === 'chosen' || state === 'picked'}
        disabled={state === 'chosen' || state === 'full'}
        onChange={(event) => onToggle(event.target.checked)}
      />
      <span className="min-w-0 flex-1">
        <b className="id">{machine.name}</b> <span>{view.label}</span>
        <small className="caption block">{machine.location}</small>
      </span>
      <span className="caption number-flat">
        {state === 'chosen' ? (
          t('history.add.chosen')
        ) : Number.isNaN(value) ? (
          view.unit
        ) : (
          <ViewValue metric={view} value={value} quality={quality} />
        )}
      </span>
    </label>
  );
}

function groupByRoom(found: readonly FoundSeries[], roomOf: (series: FoundSeries) => Room) {
  const groups = new Map<string, { title: { key: string; unit: string }; room: Room['kind']; series: FoundSeries[] }>();
  for (const series of found) {
    const room = roomOf(series);
    const unit = 'unit' in room ? room.unit : '';
    const key = `${room.kind} ${unit}`;
    const group = groups.get(key) ?? { title: { key, unit }, room: room.kind, series: [] };
    group.series.push(series);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => ROOMS.indexOf(a.room) - ROOMS.indexOf(b.room));
}
