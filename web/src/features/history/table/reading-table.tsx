// The data of the chart as a table, newest first. Further rows are loaded while the user scrolls; only visible ones are
// rendered.

import type { Alert, IntervalName } from '@gonsters/contract';
import { useEffect, useRef } from 'react';
import type { TimeSpan } from '../../../charts/history/history-zoom.ts';
import type { MetricView } from '../../../components/domain/metrics/metric-view.ts';
import { type HeadCell, HeadCells } from '../../../components/ui/head-cells.tsx';
import { LoadFailed } from '../../../components/ui/load-failed.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { useMedia } from '../../../components/ui/use-media.ts';
import { SpacerRow, usePageRows } from '../../../components/ui/virtual-page-rows.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { intervalText } from '../range/interval-text.ts';
import type { ZoneFormat } from '../range/use-zone-format.ts';
import { ReadingTableRow } from './reading-table-row.tsx';
import { isSeed } from './table-columns.ts';
import { useReadingRows } from './use-reading-rows.ts';

const ROW_PX = 40;
const CARD_PX = 92;
const AHEAD = 30;
const SKELETONS = ['a', 'b', 'c', 'd', 'e', 'f'];

export function ReadingTable({
  machine,
  columns,
  main,
  interval,
  zone,
  range,
  alerts,
  gaps,
  format,
}: {
  machine: { id: string; name: string };
  columns: readonly MetricView[];
  /** Name of the metric in focus: single readings emphasise it, and buckets of one metric are its figures. */
  main: string;
  interval: IntervalName;
  /** Whose days the buckets are. */
  zone: string;
  range: TimeSpan;
  alerts: readonly Alert[];
  gaps: readonly (readonly [number, number])[];
  format: ZoneFormat;
}) {
  const { t } = useText();
  const raw = interval === 'raw';
  const focus = columns.find(({ name }) => name === main);
  // Buckets have figures of their own, of which there is room for those of one metric.
  const only = !raw && focus?.kind === 'gauge' && isAlone(columns, focus) ? focus : null;
  const asked = (only ? [only] : columns).map(({ name }) => name);
  const list = useReadingRows(machine.id, asked, { interval, zone, range });
  const body = useRef<HTMLTableSectionElement>(null);
  const rowPx = useMedia('(max-width: 767px)') ? CARD_PX : ROW_PX;
  const { virtual, items, beforePx, afterPx } = usePageRows(body, {
    count: list.rows.length,
    sizeOf: () => rowPx,
    overscan: 12,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows of another height are another list
  useEffect(() => virtual.measure(), [rowPx]);
  const last = items.at(-1)?.index ?? -1;
  const { rows, hasMore, busy, stuck, loadMore } = list;
  useEffect(() => {
    if (hasMore && !busy && !stuck && last >= rows.length - AHEAD) loadMore();
  }, [hasMore, busy, stuck, last, rows.length, loadMore]);

  const figures = ['mean', 'min', 'max', 'count'] as const;
  const heads: HeadCell[] = [
    { key: 'time', label: t('history.time', { zone: format.zone(range.toMs) }) },
    ...(only
      ? figures.map((figure) => ({
          key: figure,
          label: figure === 'mean' ? `${t('history.mean')} ${only.unit}` : t(`history.${figure}`),
          className: 'align-right first-letter:uppercase',
        }))
      : columns.map(({ name, label, unit }) => ({
          key: name,
          label: `${label} ${unit}`.trim(),
          className: 'align-right',
        }))),
    { key: 'note', label: t('history.note') },
  ];
  return (
    <section className="card" aria-label={t('history.readings')}>
      <div className="card-head">
        <h2>{t('history.readings')}</h2>
        <span className="caption ellipsis" role="status">
          {list.phase !== 'ready'
            ? machine.name
            : t('history.readings.count', {
                machine: machine.name,
                interval: intervalText(t, interval),
                count: list.total,
              })}
        </span>
      </div>
      <table className={`readings ${only ? '' : 'is-raw'}`} aria-rowcount={list.total + 1} aria-busy={busy}>
        <thead>
          <tr aria-rowindex={1}>
            <HeadCells cells={heads} />
          </tr>
        </thead>
        <tbody ref={body}>
          <SpacerRow height={beforePx} columns={heads.length} />
          {items.map(({ index, key }) => {
            const row = rows[index];
            return row ? (
              <ReadingTableRow
                key={key}
                index={index}
                row={row}
                columns={columns}
                main={main}
                only={only}
                interval={interval}
                alerts={alerts}
                gaps={gaps}
                format={format}
              />
            ) : null;
          })}
          <SpacerRow height={afterPx} columns={heads.length} />
        </tbody>
      </table>
      {list.phase === 'loading' ? <RowSkeletons /> : null}
      {list.phase === 'ready' && rows.length === 0 ? <p className="caption p-4">{t('history.readings.none')}</p> : null}
      {list.phase === 'failed' || stuck ? (
        <LoadFailed title={t('history.failed')} error={list.error} onRetry={list.retry} />
      ) : null}
      {hasMore && !stuck ? (
        <p className="caption p-4 text-center">{t('machines.more', { count: list.total - rows.length })}</p>
      ) : null}
    </section>
  );
}

/** Whether the other columns are there only because every plant has them. */
const isAlone = (columns: readonly MetricView[], focus: MetricView) =>
  columns.length === 1 || (isSeed(focus.name) && columns.every(({ name }) => isSeed(name)));

function RowSkeletons() {
  return (
    <div aria-hidden="true">
      {SKELETONS.map((row) => (
        <div key={row} className="flex h-10 items-center gap-6 px-4">
          <Skeleton width={110} height={12} />
          <Skeleton width={50} height={12} />
          <Skeleton width={50} height={12} />
          <Skeleton width={50} height={12} />
        </div>
      ))}
    </div>
  );
}
