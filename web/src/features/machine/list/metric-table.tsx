// The metrics of a machine as a table, with their limits: those that need a look first, then by group.

import { ASCENDING_LIMITS } from '@gonsters/contract';
import { LIMIT_LABELS } from '../../../charts/limit-zones.ts';
import { isNumeric, shownText } from '../../../components/domain/metrics/metric-view.ts';
import { QualityWord, ViewValue } from '../../../components/domain/metrics/view-value.tsx';
import { HeadCells } from '../../../components/ui/head-cells.tsx';
import { useText } from '../../../i18n/use-text.ts';
import type { ListedMetric, MetricListing } from './metric-groups.ts';
import { Mark, toneOf } from './metric-row.tsx';

export function MetricTable({ listing: { look, groups }, nowMs }: { listing: MetricListing; nowMs: number }) {
  const { t } = useText();
  const rows = [...look, ...groups.flatMap((group) => group.rows)];
  return (
    <table className="metric-table" aria-label={t('machine.all_metrics')}>
      <thead>
        <tr>
          <HeadCells
            cells={[
              { key: 'metric', label: t('machine.column.metric') },
              { key: 'group', label: t('machine.column.group') },
              { key: 'value', label: t('machine.column.value'), className: 'is-number' },
              ...ASCENDING_LIMITS.map((kind) => ({
                key: kind,
                label: <abbr title={t(`limit.${kind}`)}>{LIMIT_LABELS[kind]}</abbr>,
                className: 'is-number',
              })),
              { key: 'age', label: t('machine.column.age'), className: 'is-number' },
            ]}
          />
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <TableRow key={row.metric.name} row={row} nowMs={nowMs} />
        ))}
      </tbody>
    </table>
  );
}

function TableRow({ row, nowMs }: { row: ListedMetric; nowMs: number }) {
  const { t, format } = useText();
  const { metric, value, quality, timeMs, isOld } = row;
  const tone = toneOf(row);
  return (
    <tr className={`${tone === '' ? '' : `is-${tone}`} ${isOld ? 'is-old' : ''}`}>
      <th scope="row">
        <span className="metric-mark">
          <Mark row={row} />
          {metric.label}
        </span>
        {metric.isNew ? <span className="tag-new">{t('metric.new')}</span> : null}
      </th>
      <td>{metric.group ?? '–'}</td>
      <td className="is-number metric-value">
        <ViewValue metric={metric} value={value} quality={quality} /> <QualityWord quality={quality} />
      </td>
      {ASCENDING_LIMITS.map((kind) => {
        const limit = metric.limits[kind];
        return (
          <td key={kind} className="is-number">
            {limit === null || !isNumeric(metric) ? '–' : shownText(format, metric, limit)}
          </td>
        );
      })}
      <td className="is-number">{Number.isNaN(timeMs) ? '–' : format.age(Math.max(0, nowMs - timeMs))}</td>
    </tr>
  );
}
