// The readings of the window as a table, newest first.

import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import { isCriticalLimit, zoneOf } from '../../../charts/limit-zones.ts';
import { StatusWord } from '../../../components/domain/machines/status-mark.tsx';
import { type MetricView, valueText } from '../../../components/domain/metrics/metric-view.ts';
import { HeadCells } from '../../../components/ui/head-cells.tsx';
import { SpacerRow } from '../../../components/ui/virtual-page-rows.tsx';
import { useText } from '../../../i18n/use-text.ts';
import type { ReadingSource } from '../../../live/readings/past-readings.ts';
import { useFeedPhase, useLive } from '../../../live/use-live.ts';

const TABLE_HZ = 1;
const ROW_PX = 32;
const TOUCH_ROW_PX = 44;

interface Rows {
  timesMs: Float64Array;
  values: Float64Array[];
}
const NO_ROWS: Rows = { timesMs: new Float64Array(), values: [] };

export function ReadingTable({
  source,
  endMs,
  windowMs,
  metrics,
}: {
  source: ReadingSource;
  /** null for the present: then it moves on. */
  endMs: number | null;
  windowMs: number;
  /** Its columns. */
  metrics: readonly MetricView[];
}) {
  const { t, format } = useText();
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useRows(source, metrics, endMs, windowMs, scroller);
  const phase = useFeedPhase(source);
  const count = rows.timesMs.length;
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => (matchMedia('(pointer: coarse)').matches ? TOUCH_ROW_PX : ROW_PX),
    overscan: 8,
  });
  const items = virtual.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section ref={scroller} className="reading-table" tabIndex={0} aria-label={t('machine.table')}>
      <table aria-rowcount={count + 1}>
        <thead>
          <tr aria-rowindex={1}>
            <HeadCells
              cells={[
                { key: 'time', label: t('machine.time') },
                ...metrics.map(({ name, label, unit }) => ({
                  key: name,
                  label: (
                    <>
                      {label} <span className="text-text-3">{unit}</span>
                    </>
                  ),
                })),
              ]}
            />
          </tr>
        </thead>
        <tbody>
          <SpacerRow height={before} columns={metrics.length + 1} />
          {items.map(({ index, size }) => {
            const row = count - 1 - index;
            const timeMs = rows.timesMs[row] as number;
            return (
              <tr key={timeMs} aria-rowindex={index + 2} style={{ height: size }}>
                <td>{format.clockMs(timeMs)}</td>
                {metrics.map((metric, column) => (
                  <ReadingCell key={metric.name} metric={metric} value={rows.values[column]?.[row] ?? Number.NaN} />
                ))}
              </tr>
            );
          })}
          <SpacerRow height={after} columns={metrics.length + 1} />
        </tbody>
      </table>
      {count === 0 ? (
        <p className="caption p-4">{t(phase === 'loading' ? 'app.loading' : 'machine.no_readings')}</p>
      ) : null}
    </section>
  );
}

function ReadingCell({ metric, value }: { metric: MetricView; value: number }) {
  const { t, format } = useText();
  const { metrics } = useLive();
  const zone = zoneOf(metric.toShown(value), metric.limits);
  return (
    <td>
      {zone === 'normal' ? null : (
        <StatusWord condition={isCriticalLimit(zone) ? 'critical_acked' : 'warning_acked'}>
          <span className="zone-word">{t(`limit.${zone}`)}</span>
        </StatusWord>
      )}
      <span className="text-strong">{valueText({ t, format, metrics }, metric, value)}</span>
    </td>
  );
}

/** A copy of the window, made at most once a second; while one has scrolled down, nothing moves. */
function useRows(
  source: ReadingSource,
  metrics: readonly MetricView[],
  endMs: number | null,
  windowMs: number,
  scroller: { readonly current: HTMLElement | null },
): Rows {
  const { scheduler, now } = useLive();
  const [rows, setRows] = useState(NO_ROWS);
  const numbers = metrics.map(({ number }) => number).join();
  useEffect(() => {
    const take = () => {
      const { newestMs } = source.series;
      const toMs = endMs ?? (Number.isNaN(newestMs) ? now() : Math.max(now(), newestMs));
      setRows(source.series.rows(numbers.split(',').map(Number), toMs - windowMs, toMs + 1));
    };
    const drawing = scheduler.add(() => {
      if ((scroller.current?.scrollTop ?? 0) < ROW_PX) take();
    }, TABLE_HZ);
    const end = source.data.subscribe(drawing.mark);
    take();
    return () => {
      end();
      drawing.remove();
    };
  }, [source, numbers, endMs, windowMs, scheduler, now, scroller]);
  return rows;
}
