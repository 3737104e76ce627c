// The statistics of every series over the part that is shown. Its rows are the legend.

import { useMemo } from 'react';
import type { TimeSpan } from '../../../charts/history/history-zoom.ts';
import { useText } from '../../../i18n/use-text.ts';
import type { ChartData } from '../chart/chart-data.ts';
import { SeriesSwatch } from '../chart/series-swatch.tsx';
import { intervalText } from '../range/interval-text.ts';
import type { ZoneFormat } from '../range/use-zone-format.ts';
import { isBand, type Series } from '../series.ts';
import { PERCENTILES, statisticsOf } from './series-statistics.ts';

export function StatisticsTable({
  series,
  charts,
  view,
  format,
}: {
  series: readonly Series[];
  charts: readonly (ChartData | null)[];
  view: TimeSpan;
  format: ZoneFormat;
}) {
  const { t } = useText();
  const rows = useMemo(() => {
    const known = charts.flatMap(
      (chart) => chart?.machines.map((line) => ({ line, interval: chart.data.interval })) ?? [],
    );
    const byKey = new Map(known.map((each) => [each.line.id, each]));
    return series.flatMap((each) => {
      const found = byKey.get(each.key);
      if (!found || isBand(each.view)) return [];
      const { high } = each.view.limits;
      return [{ each, interval: found.interval, figures: statisticsOf(found.line.points, found.interval, view, high) }];
    });
  }, [series, charts, view]);
  if (rows.length === 0) return null;
  const intervals = [...new Set(rows.map(({ interval }) => interval))];
  const source = intervals.map((each) =>
    each === 'raw' ? t('history.statistics.raw') : t('history.statistics.means', { interval: intervalText(t, each) }),
  );
  return (
    <section className="card statistics-card" aria-label={t('history.statistics')}>
      <div className="card-head">
        <h2>{t('history.statistics')}</h2>
        <span className="caption">
          {format.dayMinute(view.fromMs)} – {format.dayMinute(view.toMs)} {format.zone(view.toMs)}, {source.join(', ')}
        </span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className="statistics-scroll" tabIndex={0} aria-label={t('history.statistics.table')}>
        <table className="statistics">
          <thead>
            <tr>
              <th scope="col">{t('history.series')}</th>
              {['min', 'mean', 'max'].map((name) => (
                <th key={name} scope="col">
                  {t(`history.${name as 'min' | 'mean' | 'max'}`)}
                </th>
              ))}
              <th scope="col">{t('history.deviation')}</th>
              {PERCENTILES.map((percent) => (
                <th key={percent} scope="col">
                  P{percent}
                </th>
              ))}
              <th scope="col">{t('history.above_high')}</th>
              <th scope="col">{t('history.values')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ each, figures }) => {
              const { decimals, limits } = each.view;
              const number = (value: number) => format.number(Number.isNaN(value) ? null : value, decimals);
              const isPast = limits.high_high !== null ? figures.max > limits.high_high : false;
              return (
                <tr key={each.key}>
                  <th scope="row">
                    <span className="status">
                      <SeriesSwatch place={each.place} />
                      <span>
                        <b className="id">{each.machineName}</b> {each.view.label}
                        {each.view.unit === '' ? '' : `, ${each.view.unit}`}
                      </span>
                    </span>
                  </th>
                  <td>{number(figures.min)}</td>
                  <td className="main">{number(figures.mean)}</td>
                  <td className={isPast ? 'crit' : ''}>{number(figures.max)}</td>
                  <td>{number(figures.deviation)}</td>
                  {figures.percentiles.map((value, i) => (
                    <td key={PERCENTILES[i]}>{number(value)}</td>
                  ))}
                  <td>
                    {figures.aboveMs === null
                      ? '—'
                      : figures.aboveMs === 0
                        ? format.number(0)
                        : format.age(figures.aboveMs)}
                  </td>
                  <td>{format.number(figures.count)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
    </section>
  );
}
