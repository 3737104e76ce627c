// The machines beside the chart: focus, statistics of the view, values at the cursor, gaps.

import { MAX_COMPARED_MACHINES, METRICS } from '@gonsters/contract';
import { Plus, X } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { figuresOf } from '../../../charts/history/history-lines.ts';
import type { TimeSpan } from '../../../charts/history/history-zoom.ts';
import { MachineFinder } from '../../../components/domain/machines/machine-finder.tsx';
import { useText } from '../../../i18n/use-text.ts';
import type { ChartData } from '../chart/chart-data.ts';
import { CursorValues } from '../chart/cursor-values.tsx';
import { SeriesSwatch } from '../chart/series-swatch.tsx';
import type { ZoneFormat } from '../range/use-zone-format.ts';
import type { ChosenMachine } from '../use-history-data.ts';

const FIGURES = ['min', 'mean', 'max'] as const;

export function MachineSide({
  machines,
  focusId,
  chartData,
  metric,
  view,
  format,
  onFocus,
  onRemove,
  onAdd,
}: {
  machines: readonly ChosenMachine[];
  focusId: string | null;
  chartData: ChartData | null;
  metric: number;
  view: TimeSpan;
  format: ZoneFormat;
  onFocus: (id: string) => void;
  /** Both left out where there is one machine for good. */
  onRemove?: (id: string) => void;
  onAdd?: (id: string) => void;
}) {
  const { t } = useText();
  const [adding, setAdding] = useState(false);
  const addButton = useRef<HTMLButtonElement>(null);
  const full = machines.length >= MAX_COMPARED_MACHINES;
  const close = () => {
    setAdding(false);
    addButton.current?.focus();
  };
  return (
    <section className="history-side" aria-label={t('history.machines')}>
      <div className="card-head">
        <h2>{t('history.machines')}</h2>
        {onAdd ? (
          <>
            <span className="caption">
              {t('history.machines.count', { count: machines.length, most: MAX_COMPARED_MACHINES })}
            </span>
            <span className="flex-1" />
            <button
              ref={addButton}
              type="button"
              className="button button-quiet button-icon button-small"
              aria-label={t('history.add')}
              title={full ? t('history.add.full') : t('history.add')}
              aria-expanded={adding}
              disabled={full}
              onClick={() => setAdding(!adding)}
            >
              <Plus size={16} strokeWidth={1.5} />
            </button>
          </>
        ) : null}
      </div>
      {adding && onAdd && !full ? (
        <MachineFinder
          label={t('history.add.search')}
          autoFocus
          without={machines.map(({ id }) => id)}
          onPick={({ machine_id: id }) => {
            onAdd(id);
            close();
          }}
          onClose={close}
        />
      ) : null}
      {full ? <p className="caption px-4 pb-2">{t('history.add.full')}</p> : null}
      <FigureTable {...{ machines, focusId, chartData, metric, view, onFocus }} {...(onRemove ? { onRemove } : {})} />
      <CursorValues machines={machines} chartData={chartData} metric={metric} view={view} format={format} />
      <GapNote chartData={chartData} view={view} format={format} />
    </section>
  );
}

function FigureTable({
  machines,
  focusId,
  chartData,
  metric,
  view,
  onFocus,
  onRemove,
}: {
  machines: readonly ChosenMachine[];
  focusId: string | null;
  chartData: ChartData | null;
  metric: number;
  view: TimeSpan;
  onFocus: (id: string) => void;
  onRemove?: (id: string) => void;
}) {
  const { t, format } = useText();
  const decimals = METRICS[metric]?.decimals;
  const figures = useMemo(
    () => new Map(chartData?.machines.map(({ id, points }) => [id, figuresOf(points, view)])),
    [chartData, view],
  );
  return (
    <table className="history-figures">
      <thead>
        <tr>
          <th scope="col">{t('history.machine')}</th>
          {FIGURES.map((name) => (
            <th key={name} scope="col" className="align-right">
              {t(`history.${name}`)}
            </th>
          ))}
          {onRemove ? (
            <th scope="col">
              <span className="sr-only">{t('history.remove', { machine: '' })}</span>
            </th>
          ) : null}
        </tr>
      </thead>
      <tbody>
        {machines.map(({ id, name }, place) => (
          <tr key={id} className={id === focusId ? 'is-focus' : ''}>
            <th scope="row">
              {name === null ? (
                <span className="status caption" title={t('history.unknown_machine.hint')}>
                  <SeriesSwatch place={place} />
                  {t('history.unknown_machine')}
                </span>
              ) : (
                <button
                  type="button"
                  className="focus-button"
                  aria-pressed={id === focusId}
                  aria-label={t('history.focus', { machine: name })}
                  title={t('history.focus', { machine: name })}
                  onClick={() => onFocus(id)}
                >
                  <SeriesSwatch place={place} />
                  <b className="id ellipsis">{name}</b>
                </button>
              )}
            </th>
            {FIGURES.map((figure) => (
              <td key={figure} className="align-right">
                {format.number(figures.get(id)?.[figure] ?? null, decimals)}
              </td>
            ))}
            {onRemove ? (
              <td className="align-right">
                <button
                  type="button"
                  className="button button-quiet button-icon button-small"
                  aria-label={t('history.remove', { machine: name ?? t('history.unknown_machine') })}
                  onClick={() => onRemove(id)}
                >
                  <X size={14} strokeWidth={1.5} />
                </button>
              </td>
            ) : null}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The longest gap of the machine in focus that can be seen, and how many more there are. */
function GapNote({ chartData, view, format }: { chartData: ChartData | null; view: TimeSpan; format: ZoneFormat }) {
  const { t } = useText();
  const seen = (chartData?.gaps[chartData.focus] ?? [])
    .map(([from, to]) => [Math.max(from, view.fromMs), Math.min(to, view.toMs)] as const)
    .filter(([from, to]) => to > from)
    .sort((a, b) => b[1] - b[0] - (a[1] - a[0]));
  const [longest] = seen;
  if (!longest) return null;
  const [from, to] = longest;
  const sameDay = format.day(from) === format.day(to);
  const times = {
    from: format.dayMinute(from),
    to: sameDay ? format.minute(to) : format.dayMinute(to),
  };
  return (
    <p className="caption history-gap">
      {seen.length === 1 ? t('history.gap', times) : t('history.gaps', { ...times, count: seen.length - 1 })}
    </p>
  );
}
