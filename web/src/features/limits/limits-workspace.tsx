// Limits at one scope while they are edited: the verdict, the chart with handles, the raises, and the form.

import { METRICS } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useRef, useState } from 'react';
import { NO_FILTER } from '../../api/machines-api.ts';
import { useApi, useMay } from '../../api/use-api.ts';
import type { Rationale } from '../../components/domain/conditions/rationale-fields.tsx';
import type { MetricView } from '../../components/domain/metrics/metric-view.ts';
import { useLive } from '../../live/use-live.ts';
import { ApplyBar } from './apply-bar.tsx';
import { HappenedCard } from './happened-card.tsx';
import { type BacktestRange, type BacktestTarget, backtestAsked, rangeSpan } from './model/backtest-asked.ts';
import { putOf } from './model/put-suggestion.ts';
import { draftRules, numbersInForce, type RuleEdits, ruleFaults, withRule } from './model/rules-draft.ts';
import { RaisesCard } from './raises-card.tsx';
import { RulesForm } from './rules-form.tsx';
import { SuggestionCard } from './suggestion-card.tsx';
import { useBacktest } from './use-backtest.ts';
import type { RuleScopes, ScopeRules } from './use-rule-scopes.ts';
import { VerdictCard } from './verdict-card.tsx';

const MOST_MACHINES = 1000;

export function LimitsWorkspace({
  scopes,
  scope,
  scopeName,
  view,
}: {
  scopes: RuleScopes;
  scope: ScopeRules;
  scopeName: string;
  view: MetricView;
}) {
  const api = useApi();
  const { now } = useLive();
  const search = useSearch({ from: '/limits/$metric' });
  const navigate = useNavigate({ from: '/limits/$metric' });
  const mayWrite = useMay(scope.name === 'plant' ? 'write:config' : 'write:machines');
  const [edits, setEdits] = useState<RuleEdits>(() => (scope.name === 'machine' ? putOf(scope.own, search.put) : {}));
  const [rationale, setRationale] = useState<Partial<Rationale>>({});
  const openedMs = useRef(now());
  const { metric, machine, type } = scopes;
  const derives = METRICS.some(({ name }) => name === metric.name);
  const range: BacktestRange = search.range ?? '7d';
  const span = useMemo(() => rangeSpan(range, openedMs.current), [range]);

  const draft = draftRules(scope.own, edits);
  const before = numbersInForce(scope.own, scope.wider, derives);
  const after = numbersInForce(draft, scope.wider, derives);
  const faults = ruleFaults(draft, scope.wider);
  const hasFaults = Object.keys(faults).length > 0;

  // Of a type or of the plant: which machines there are, and their names.
  const sensorType = type?.name ?? machine?.sensor_type ?? search.sensor_type ?? '';
  const ofMachine = scope.name === 'machine' && machine !== null;
  const machines = useQuery({
    queryKey: ['machines', 'names', scope.name === 'type' ? sensorType : ''],
    queryFn: async ({ signal }) => {
      const filter = scope.name === 'type' ? { ...NO_FILTER, sensorType } : NO_FILTER;
      return (await api.machinePage(filter, { sort: 'name', limit: MOST_MACHINES, offset: 0 }, signal)).machines;
    },
    enabled: !ofMachine,
  });
  const names = useMemo(
    () =>
      new Map<string, string>(
        ofMachine ? [[machine.machine_id, machine.name]] : machines.data?.map(({ machine_id: id, name }) => [id, name]),
      ),
    [ofMachine, machine, machines.data],
  );
  const target: BacktestTarget | null =
    names.size === 0 ? null : scope.name === 'type' ? { sensorType } : { machineIds: [...names.keys()] };
  const asked = hasFaults || target === null ? null : backtestAsked(metric.name, target, span, edits, before, after);
  const backtest = useBacktest(asked);
  const change = (changes: RuleEdits) => setEdits((was) => withRule(scope.own, was, changes));
  const changes = Object.keys(edits).length + Object.keys(rationale).length;

  return (
    <>
      <div className="bt">
        <div className="column">
          <VerdictCard
            backtest={backtest}
            range={range}
            hasFaults={hasFaults}
            changed={Object.keys(edits).length > 0}
          />
          <HappenedCard
            {...{ backtest, range, span, names, view, before, after, edits }}
            onRange={(next) =>
              void navigate({
                search: ({ range: _, ...others }) => (next === '7d' ? others : { ...others, range: next }),
                replace: true,
                resetScroll: false,
              })
            }
            onLimit={mayWrite ? (kind, value) => change({ [kind]: value }) : undefined}
          />
          <RaisesCard result={backtest.result} names={names} view={view} metric={metric.name} />
        </div>
        <div className="column bt-side">
          {ofMachine ? (
            <SuggestionCard
              machineId={machine.machine_id}
              metric={metric.name}
              view={view}
              own={scope.own}
              edits={edits}
              mayWrite={mayWrite}
              onPut={change}
            />
          ) : null}
          <RulesForm
            {...{ scope, view, edits, draft, before, after, faults, mayWrite, rationale }}
            deadbandPercent={scopes.deadbandPercent}
            machineId={machine?.machine_id ?? backtest.result?.raises[0]?.machine_id ?? [...names.keys()][0] ?? null}
            onChange={change}
            onRationale={setRationale}
          />
        </div>
      </div>
      {changes > 0 && mayWrite ? (
        <ApplyBar
          {...{ scopes, scope, scopeName, view, edits, rationale, changes }}
          faults={Object.keys(faults).length}
          draft={draft}
          onApplied={() => {
            setEdits({});
            setRationale({});
          }}
          onDiscard={() => {
            setEdits({});
            setRationale({});
          }}
        />
      ) : null}
    </>
  );
}
