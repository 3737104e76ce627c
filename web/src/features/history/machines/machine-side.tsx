// The chosen series beside the charts: focus, figures of the view, values at the cursor, gaps.

import { MAX_COMPARED_MACHINES } from '@gonsters/contract';
import { Plus, X } from 'lucide-react';
import { useMemo } from 'react';
import { figuresOf, type HistoryMachine } from '../../../charts/history/history-lines.ts';
import type { TimeSpan } from '../../../charts/history/history-zoom.ts';
import { useText } from '../../../i18n/use-text.ts';
import type { ChartData } from '../chart/chart-data.ts';
import { CursorValues } from '../chart/cursor-values.tsx';
import { SeriesSwatch } from '../chart/series-swatch.tsx';
import type { ZoneFormat } from '../range/use-zone-format.ts';
import type { Series } from '../series.ts';

const FIGURES = ['min', 'mean', 'max'] as const;

export function MachineSide({
  series,
  charts,
  focusKey,
  left,
  view,
  format,
  onFocus,
  onRemove,
  onAdd,
}: {
  /** Those that are lines, in the order of their charts. */
  series: readonly Series[];
  charts: readonly (ChartData | null)[];
  focusKey: string | null;
  /** Of a third unit. */
  left: readonly Series[];
  view: TimeSpan;
  format: ZoneFormat;
  onFocus: (key: string) => void;
  /** Left out for the last one of a machine's own page. */
  onRemove?: ((key: string) => void) | undefined;
  onAdd: () => void;
}) {
  const { t } = useText();
  const count = series.length + left.length;
  const full = count >= MAX_COMPARED_MACHINES;
  const focused = charts.find((chart) => chart?.machines[chart.focus]?.id === focusKey) ?? null;
  return (
    <section className="history-side" aria-label={t('history.series')}>
      <div className="card-head">
        <h2>{t('history.series')}</h2>
        <span className="caption">{t('history.machines.count', { count, most: MAX_COMPARED_MACHINES })}</span>
        <span className="flex-1" />
        <button
          type="button"
          className="button button-quiet button-icon button-small"
          aria-label={t('history.add')}
          title={full ? t('history.add.full') : t('history.add')}
          aria-haspopup="dialog"
          disabled={full}
          onClick={onAdd}
        >
          <Plus size={16} strokeWidth={1.5} />
        </button>
      </div>
      {full ? <p className="caption px-4 pb-2">{t('history.add.full')}</p> : null}
      <FigureTable {...{ series: [...series, ...left], charts, focusKey, view, onFocus }} onRemove={onRemove} />
      <CursorValues series={series} charts={charts} view={view} format={format} />
      {focused?.ghost ? <GhostNote ghost={focused.ghost} name={nameOf(series, focusKey)} /> : null}
      <GapNote chartData={focused} view={view} format={format} />
      {left.length > 0 ? <p className="caption history-gap">{t('history.third_unit')}</p> : null}
    </section>
  );
}

const nameOf = (series: readonly Series[], key: string | null) => {
  const found = series.find((each) => each.key === key);
  return found ? `${found.machineName} ${found.view.label}` : '';
};

function GhostNote({ ghost, name }: { ghost: HistoryMachine; name: string }) {
  const { t } = useText();
  return (
    <p className="caption history-gap status">
      <i className="series-swatch is-ghost" />
      {t(ghost.points.xs.length === 0 ? 'history.ghost.nothing' : 'history.ghost.note', { series: name })}
    </p>
  );
}

function FigureTable({
  series,
  charts,
  focusKey,
  view,
  onFocus,
  onRemove,
}: {
  series: readonly Series[];
  charts: readonly (ChartData | null)[];
  focusKey: string | null;
  view: TimeSpan;
  onFocus: (key: string) => void;
  onRemove: ((key: string) => void) | undefined;
}) {
  const { t, format } = useText();
  const figures = useMemo(() => {
    const lines = charts.flatMap((chart) => chart?.machines ?? []);
    return new Map(lines.map(({ id, points }) => [id, figuresOf(points, view)]));
  }, [charts, view]);
  const several = new Set(series.map(({ metric }) => metric)).size > 1;
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
        {series.map(({ key, machineName, view: metric, place, known }) => {
          const metricText = metric.unit === '' ? metric.label : `${metric.label}, ${metric.unit}`;
          const spoken = several ? `${machineName} ${metricText}` : (machineName ?? t('history.unknown_machine'));
          return (
            <tr key={key} className={key === focusKey ? 'is-focus' : ''}>
              <th scope="row">
                {machineName === null ? (
                  <span className="status caption" title={t('history.unknown_machine.hint')}>
                    <SeriesSwatch place={place} />
                    {t('history.unknown_machine')}
                  </span>
                ) : (
                  <button
                    type="button"
                    className="focus-button"
                    aria-pressed={key === focusKey}
                    aria-label={t('history.focus', { machine: spoken })}
                    title={t('history.focus', { machine: spoken })}
                    onClick={() => onFocus(key)}
                  >
                    <SeriesSwatch place={place} />
                    <span className="min-w-0">
                      <b className="id series-name">{machineName}</b>{' '}
                      {several ? <small className="caption series-name">{metricText}</small> : null}
                      {known ? null : <small className="caption series-name">{t('history.unknown_metric')}</small>}
                    </span>
                  </button>
                )}
              </th>
              {FIGURES.map((figure) => (
                <td key={figure} className="align-right">
                  {format.number(figures.get(key)?.[figure] ?? null, metric.decimals)}
                </td>
              ))}
              {onRemove ? (
                <td className="align-right">
                  <button
                    type="button"
                    className="button button-quiet button-icon button-small"
                    aria-label={t('history.remove', { machine: spoken })}
                    onClick={() => onRemove(key)}
                  >
                    <X size={14} strokeWidth={1.5} />
                  </button>
                </td>
              ) : null}
            </tr>
          );
        })}
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
