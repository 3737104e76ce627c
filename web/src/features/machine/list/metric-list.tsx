// Every metric of a machine: searched and narrowed, what needs a look first, the rest in groups that can be shut.

import type { Machine } from '@gonsters/contract';
import { useNavigate } from '@tanstack/react-router';
import { ChevronDown, ChevronRight, Table2 } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '../../../api/use-api.ts';
import { useOpenDialog } from '../../../components/domain/dialogs.ts';
import { useMachineCondition } from '../../../components/domain/machines/machine-condition.ts';
import type { MachineMetricViews } from '../../../components/domain/metrics/use-machine-metrics.ts';
import { SearchField } from '../../../components/ui/form/search-field.tsx';
import { useText } from '../../../i18n/use-text.ts';
import type { MachineFeed } from '../../../live/readings/machine-feeds.ts';
import { useLive, useMachineValues, useNow } from '../../../live/use-live.ts';
import type { PinnedCharts } from '../charts/pinned-charts.ts';
import { CHOICES, type Choice, type ListedMetric, listed, listMetrics, type MetricGroup } from './metric-groups.ts';
import { MetricRow, type RowActions } from './metric-row.tsx';
import { MetricTable } from './metric-table.tsx';
import { useSparks } from './use-sparks.ts';

export function MetricList({
  machine,
  views,
  feed,
  pins,
  asTable,
  onAsTable,
}: {
  machine: Machine;
  views: MachineMetricViews;
  feed: MachineFeed | null;
  pins: PinnedCharts;
  asTable: boolean;
  onAsTable: (asTable: boolean) => void;
}) {
  const { t } = useText();
  const { readings } = useLive();
  const { machine_id: machineId } = machine;
  const { alarm } = useMachineCondition(machine);
  const [search, setSearch] = useState('');
  const [choice, setChoice] = useState<Choice>('all');
  /** Opened or shut by hand. */
  const [byHand, setByHand] = useState<Readonly<Record<string, boolean>>>({});
  useMachineValues(machineId);
  const nowMs = useNow();
  const actions = useActions(machineId, pins);
  const rows = views.metrics.map((metric) =>
    listed(metric, readings.newest(machineId, metric.number), alarm, nowMs, views.timeoutMs),
  );
  const listing = listMetrics(rows, search, choice);
  const { look, groups, counts, open } = listing;
  const isOpen = (name: string) => byHand[name] ?? open;
  const shared = { machineId, feed, nowMs, actions };
  return (
    <section className="card metric-list" aria-label={t('machine.all_metrics')}>
      <div className="card-head">
        <h2>{t('machine.all_metrics')}</h2>
        <span className="caption">{rows.length}</span>
        <span className="flex-1" />
        <button
          type="button"
          className="button button-quiet button-icon button-small"
          aria-label={t('machine.metrics_table')}
          title={t('machine.metrics_table')}
          aria-pressed={asTable}
          onClick={() => onAsTable(!asTable)}
        >
          <Table2 size={16} strokeWidth={1.5} aria-hidden="true" />
        </button>
      </div>
      <div className="metric-tools">
        <SearchField
          label={t('machine.search_metrics')}
          hint={t('machine.search_metrics.hint')}
          value={search}
          onFind={(text) => setSearch(text ?? '')}
        />
        <fieldset className="chips" aria-label={t('machine.show')}>
          {CHOICES.filter((each) => each === 'all' || each === choice || counts[each] > 0).map((each) => (
            <button
              key={each}
              type="button"
              className="chip"
              aria-pressed={each === choice}
              onClick={() => setChoice(each)}
            >
              {t(`machine.show.${each}`, { count: counts[each] })}
            </button>
          ))}
        </fieldset>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className="metric-scroll" tabIndex={0} aria-label={t('machine.metric_rows')}>
        {asTable ? <MetricTable listing={listing} nowMs={nowMs} /> : null}
        {look.length > 0 && !asTable ? (
          <section aria-label={t('machine.look_here')}>
            <h3 className="metric-group">
              {t('machine.look_here')} <span className="caption">{look.length}</span>
            </h3>
            <Rows {...shared} rows={look} inGroup={false} />
          </section>
        ) : null}
        {(asTable ? [] : groups).map((group) => (
          <Group
            key={group.name}
            {...shared}
            group={group}
            open={isOpen(group.name)}
            onToggle={() => setByHand({ ...byHand, [group.name]: !isOpen(group.name) })}
          />
        ))}
        {look.length === 0 && groups.length === 0 ? (
          <p className="caption p-4">{t('machine.no_metric_found')}</p>
        ) : null}
      </section>
    </section>
  );
}

function useActions(machineId: string, pins: PinnedCharts): RowActions {
  const open = useOpenDialog();
  const navigate = useNavigate();
  const mayEnter = useMay('write:sensor_data');
  return {
    isPinned: pins.isPinned,
    togglePin: pins.toggle,
    full: pins.full,
    lastPin: pins.charts.length === 1,
    enter: mayEnter ? (metric) => open({ name: 'ingest', machineId, metric }) : null,
    history: (metric) => void navigate({ to: '/history', search: { machines: machineId, metric } as object }),
  };
}

interface Shared {
  machineId: string;
  feed: MachineFeed | null;
  nowMs: number;
  actions: RowActions;
}

function Group({
  group: { name, rows, total },
  open,
  onToggle,
  ...shared
}: Shared & { group: MetricGroup; open: boolean; onToggle: () => void }) {
  const { t, format } = useText();
  const Icon = open ? ChevronDown : ChevronRight;
  const newestMs = Math.max(...rows.map(({ timeMs }) => (Number.isNaN(timeMs) ? 0 : timeMs)));
  const label = name === '' ? t('machine.other_metrics') : name;
  return (
    <section aria-label={label}>
      <h3 className="metric-group">
        <button type="button" aria-expanded={open} onClick={onToggle}>
          <Icon size={12} strokeWidth={1.5} aria-hidden="true" />
          {label} <span className="caption">{total}</span>
          {open || newestMs === 0 || rows.length < total ? null : (
            <span className="caption metric-calm">
              {t('machine.all_normal', { age: format.age(Math.max(0, shared.nowMs - newestMs)) })}
            </span>
          )}
        </button>
      </h3>
      {open ? <Rows {...shared} rows={rows} inGroup /> : null}
    </section>
  );
}

function Rows({
  machineId,
  feed,
  nowMs,
  actions,
  rows,
  inGroup,
}: Shared & { rows: readonly ListedMetric[]; inGroup: boolean }) {
  const sparks = useSparks(
    machineId,
    rows.map(({ metric }) => metric),
  );
  return (
    <ul>
      {rows.map((row) => (
        <MetricRow
          key={row.metric.name}
          row={row}
          past={sparks.get(row.metric.name) ?? []}
          series={feed?.series.of(row.metric.number) ?? null}
          nowMs={nowMs}
          inGroup={inGroup}
          actions={actions}
        />
      ))}
    </ul>
  );
}
