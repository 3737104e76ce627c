// What happened in the range: the values with the limits as they would be, and below them what rang and what would ring.

import type { BacktestResult, LimitKind } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useApi } from '../../api/use-api.ts';
import { LimitPlot } from '../../components/domain/limit-plot/limit-plot.tsx';
import { plotValues } from '../../components/domain/limit-plot/plot-values.ts';
import { type MetricView, shownText } from '../../components/domain/metrics/metric-view.ts';
import { Segments } from '../../components/ui/form/segments.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { useBacktestText } from '../../i18n/backtest/use-backtest-text.ts';
import { BACKTEST_RANGES, type BacktestRange } from './model/backtest-asked.ts';
import { ringTimes, worstMachine } from './model/ring-times.ts';
import { type InForce, limitsOf, type NumberField, type RuleEdits } from './model/rules-draft.ts';
import { ruleNumber } from './rule-text.ts';
import type { Backtest } from './use-backtest.ts';

const POINTS = 900;
const HEIGHT = 340;
/** Less than this would be said as 0.0 s. */
const LEAST_TOOK_MS = 100;
const LIMIT_FIELDS = ['high_high', 'high', 'low', 'low_low'] as const;

export function HappenedCard({
  backtest,
  range,
  span,
  names,
  view,
  before,
  after,
  edits,
  onRange,
  onLimit,
}: {
  backtest: Backtest;
  range: BacktestRange;
  span: { fromMs: number; toMs: number };
  names: ReadonlyMap<string, string>;
  view: MetricView;
  before: Record<NumberField, InForce<number | null>>;
  after: Record<NumberField, InForce<number | null>>;
  edits: RuleEdits;
  onRange: (range: BacktestRange) => void;
  onLimit: ((kind: LimitKind, stored: number) => void) | undefined;
}) {
  const { t, say, format } = useBacktestText();
  const { result } = backtest;
  const [chosen, setChosen] = useState<string | null>(null);
  const counts = useMemo(() => worstMachine(result?.raises ?? []), [result]);
  const machineId = chosen ?? counts[0]?.machineId ?? [...names.keys()][0] ?? null;
  const plot = useValues(machineId, view, span);
  const times = useMemo(() => ringTimes(result?.raises ?? [], machineId), [result, machineId]);
  const shown = (numbers: typeof after) => {
    const limits = limitsOf(numbers);
    return Object.fromEntries(
      LIMIT_FIELDS.map((kind) => [kind, limits[kind] === null ? null : view.toShown(limits[kind])]),
    ) as typeof limits;
  };
  const was = LIMIT_FIELDS.flatMap((kind) => {
    const value = before[kind].value;
    if (value === null || value === after[kind].value || !(kind in edits || after[kind].from === 'high')) return [];
    return [
      { kind, value: view.toShown(value), text: say('bt.was', { value: ruleNumber(format, view, kind, value) }) },
    ];
  });
  const step = 10 ** -view.decimals;
  return (
    <section className="card" aria-labelledby="bt-happened">
      <div className="card-head bt-happened-head">
        <h2 id="bt-happened">{say('bt.happened')}</h2>
        <Facts result={backtest.isCurrent ? result : null} machines={names.size} />
        <span className="flex-1" />
        <Segments
          label={say('bt.range')}
          value={range}
          choices={(Object.keys(BACKTEST_RANGES) as BacktestRange[]).map((value) => ({
            value,
            label: say(`bt.range.${value}`),
          }))}
          onChoose={onRange}
        />
      </div>
      {names.size > 1 && machineId !== null ? (
        <div className="bt-machine">
          <select
            className="input input-select"
            aria-label={say('bt.machine')}
            value={machineId}
            onChange={(event) => setChosen(event.target.value)}
          >
            {[...names].map(([id, machine]) => {
              const count = counts.find((each) => each.machineId === id)?.count ?? 0;
              return (
                <option key={id} value={id}>
                  {count === 0 ? machine : say('bt.machine.choice', { machine, count })}
                </option>
              );
            })}
          </select>
        </div>
      ) : null}
      {plot === null ? (
        <div className="px-4 pb-4">
          <Skeleton width="100%" height={HEIGHT} />
        </div>
      ) : plot.points.xs.length === 0 ? (
        <p className="hint">{say('bt.chart.empty')}</p>
      ) : (
        <LimitPlot
          label={say('bt.chart', { metric: view.label, machine: names.get(machineId ?? '') ?? '' })}
          points={plot.points}
          gaps={plot.gaps}
          span={span}
          limits={shown(after)}
          was={was}
          color={view.color}
          height={HEIGHT}
          lanes={[
            { name: 'rang', timesMs: times.rang },
            { name: 'would', timesMs: times.would },
          ]}
          numberText={(value) => format.number(value, view.decimals)}
          pointText={(timeMs, value) => `${format.recent(timeMs, 0)} · ${shownText(format, view, value)}`}
          step={step}
          limitName={(kind) => `${t(`limit.${kind}`)}, ${view.unit}`}
          {...(onLimit
            ? {
                onLimit: (kind: LimitKind, value: number) =>
                  onLimit(kind, Number(view.toStored(value).toPrecision(10))),
              }
            : {})}
        />
      )}
      <div className="bt-key">
        <span>
          <i aria-hidden="true" />
          {say('bt.rang', { count: times.rang.length })}
        </span>
        <span>
          <i className="bt-key-would" aria-hidden="true" />
          {say('bt.would_ring', { count: times.would.length })}
        </span>
        <span className="flex-1" />
        {onLimit ? <span className="hide-phone">{say('bt.drag')}</span> : null}
      </div>
    </section>
  );
}

function Facts({ result, machines }: { result: BacktestResult | null; machines: number }) {
  const { say, format } = useBacktestText();
  if (result === null) return null;
  const facts = [
    machines > 1 ? say('bt.machines', { count: result.machines }) : null,
    say('bt.readings', { count: result.readings }),
    say('bt.took', { time: format.age(Math.max(LEAST_TOOK_MS, result.took_ms)) }),
    say('bt.really', { count: result.happened.raises }),
  ];
  return <span className="caption ellipsis hide-phone">{facts.filter((fact) => fact !== null).join(' · ')}</span>;
}

function useValues(machineId: string | null, view: MetricView, span: { fromMs: number; toMs: number }) {
  const api = useApi();
  const { data } = useQuery({
    queryKey: ['backtest-values', machineId, view.name, span.fromMs, span.toMs],
    queryFn: ({ signal }) => api.compareReadings([machineId ?? ''], view.name, span, 'auto', POINTS, signal),
    enabled: machineId !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return useMemo(() => (data === undefined ? null : plotValues(data, view.toShown)), [data, view]);
}
