// The limits of one metric, for a machine, its type or the plant, with what they would have done to the stored values.

import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { ChevronRight, CircleSlash } from 'lucide-react';
import { ApiError } from '../../api/http/send.ts';
import { keepPanelFilters } from '../../components/domain/links.ts';
import { isNumeric } from '../../components/domain/metrics/metric-view.ts';
import { useFleetMetrics } from '../../components/domain/metrics/use-type-metrics.ts';
import { Segments } from '../../components/ui/form/segments.tsx';
import { LoadFailed } from '../../components/ui/load-failed.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { StateMessage } from '../../components/ui/state-message.tsx';
import { useBacktestText } from '../../i18n/backtest/use-backtest-text.ts';
import { LimitsWorkspace } from './limits-workspace.tsx';
import { type RuleScopes, type ScopeName, useRuleScopes } from './use-rule-scopes.ts';
import '../../styles/alarm-pages.css';
import '../../styles/backtest.css';

export function LimitsScreen() {
  const { t, say } = useBacktestText();
  const { metric } = useParams({ from: '/limits/$metric' });
  const search = useSearch({ from: '/limits/$metric' });
  const { data, missing, error, refetch } = useRuleScopes(metric, search.machine ?? null, search.sensor_type ?? null);
  const isMissing = missing || (error instanceof ApiError && (error.status === 404 || error.status === 400));
  if (data !== null) return <Limits scopes={data} />;
  return (
    <>
      <title>{`${say('bt.limits')} · GONSTERS`}</title>
      <section className="card" aria-busy={error === null && !missing}>
        {isMissing ? (
          <StateMessage icon={CircleSlash} title={say('bt.not_found')}>
            {t('machine.not_found.hint')}
          </StateMessage>
        ) : error === null ? (
          <div className="grid gap-3 p-4">
            <Skeleton width="40%" height={32} />
            <Skeleton width="100%" height={64} />
            <Skeleton width="100%" height={320} />
          </div>
        ) : (
          <LoadFailed title={say('bt.load_failed')} error={error} onRetry={refetch} />
        )}
      </section>
    </>
  );
}

function Limits({ scopes }: { scopes: RuleScopes }) {
  const { say, format } = useBacktestText();
  const search = useSearch({ from: '/limits/$metric' });
  const navigate = useNavigate({ from: '/limits/$metric' });
  const fleet = useFleetMetrics();
  const { machine, metric } = scopes;
  const type = machine?.sensor_type ?? search.sensor_type ?? '';
  const ofType = type === '' ? undefined : fleet.ofType(type).all.find(({ name }) => name === metric.name);
  const view = ofType ?? fleet.named(metric.name);
  const scope = scopes.scopes.find(({ name }) => name === search.for) ?? scopes.scopes[0];
  if (scope === undefined) return null;
  const nameOf = (name: ScopeName) =>
    name === 'machine' ? (machine?.name ?? '') : name === 'type' ? (scopes.type?.label ?? type) : say('bt.for.plant');
  return (
    <>
      <title>{`${say('bt.limits')}, ${view.label}, ${nameOf(scope.name)} · GONSTERS`}</title>
      <div className="page-head bt-head">
        <div className="min-w-0">
          <nav className="crumb" aria-label={say('bt.limits')}>
            {machine === null ? (
              <span>{nameOf(scope.name)}</span>
            ) : (
              <Link
                to="/machines/$machineId/info"
                params={{ machineId: machine.machine_id }}
                search={keepPanelFilters}
                className="id"
              >
                {machine.name}
              </Link>
            )}
            <ChevronRight size={12} strokeWidth={1.5} aria-hidden="true" />
            <span>{say('bt.limits')}</span>
          </nav>
          <h1>{view.label}</h1>
        </div>
        <span className="flex-1" />
        <div className="scroll-x">
          <Segments
            label={say('bt.for')}
            value={scope.name}
            choices={scopes.scopes.map(({ name, machines }) => ({
              value: name,
              label: (
                <>
                  <span className={name === 'machine' ? 'id' : ''}>{nameOf(name)}</span>
                  {name === 'machine' ? null : <span className="caption">{format.number(machines)}</span>}
                </>
              ),
            }))}
            onChoose={(name) =>
              void navigate({ search: ({ put: _, ...others }) => ({ ...others, for: name }), replace: true })
            }
          />
        </div>
      </div>
      {isNumeric(view) ? (
        <LimitsWorkspace
          key={`${scope.name} ${machine?.machine_id ?? type}`}
          scopes={scopes}
          scope={scope}
          scopeName={nameOf(scope.name)}
          view={view}
        />
      ) : (
        <section className="card">
          <StateMessage icon={CircleSlash} title={say('bt.not_numeric')} />
        </section>
      )}
    </>
  );
}
