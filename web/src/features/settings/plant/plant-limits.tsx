// The plant-wide limits of the metrics that have some, to read: each leads to its metric, where they are changed.

import { ASCENDING_LIMITS, type MetricDefinition } from '@gonsters/contract';
import { Link } from '@tanstack/react-router';
import { useMay } from '../../../api/use-api.ts';
import { keepPanelFilters } from '../../../components/domain/links.ts';
import { useFleetMetrics } from '../../../components/domain/metrics/use-type-metrics.ts';
import { useText } from '../../../i18n/use-text.ts';
import { isNumeric } from '../metrics/metric-draft.ts';
import { plantLimit, shownUnit } from '../metrics/metric-text.ts';
import { RowsSkeleton, SectionFailed } from '../section-states.tsx';
import { useMachineTypes, useMetricCatalogue } from '../use-catalogue.ts';

const MOST_SHOWN = 30;

export function PlantLimits() {
  const { t } = useText();
  const metrics = useMetricCatalogue();
  if (metrics.data === undefined) {
    return metrics.isError ? <SectionFailed error={metrics.error} onRetry={metrics.refetch} /> : <RowsSkeleton />;
  }
  const limited = metrics.data.filter(hasLimits);
  const left = limited.length - MOST_SHOWN;
  return (
    <>
      {limited.slice(0, MOST_SHOWN).map((metric) => (
        <PlantLimitsRow key={metric.name} metric={metric} />
      ))}
      {left > 0 ? (
        <Link
          to="/settings/{-$section}"
          params={{ section: 'metrics' }}
          search={keepPanelFilters}
          className="card-more"
        >
          {t('metrics.more', { count: left })}
        </Link>
      ) : null}
    </>
  );
}

/** Every plant has the built-in ones, so that one sees where to set a limit. */
const hasLimits = ({ is_built_in, kind, status, limits }: MetricDefinition) =>
  is_built_in || (isNumeric(kind) && status !== 'retired' && ASCENDING_LIMITS.some((limit) => limits[limit] !== null));

function PlantLimitsRow({ metric }: { metric: MetricDefinition }) {
  const { t, format } = useText();
  const mayConfigure = useMay('write:config');
  const types = useMachineTypes().data ?? [];
  const { name, limits } = metric;
  const { label } = useFleetMetrics().named(name);
  const own = types.filter((type) => Object.keys(type.limits?.[name] ?? {}).length > 0).length;
  const none = ASCENDING_LIMITS.every((kind) => limits[kind] === null);
  return (
    <div className="setting-row plant-limits">
      <div>
        <h3>{label}</h3>
        <span className="caption">
          {none ? t('settings.not_watched') : null} {own > 0 ? t('settings.own_types', { count: own }) : null}
        </span>
      </div>
      <dl>
        {ASCENDING_LIMITS.map((kind) => {
          const { text, derived } = plantLimit(format, metric, kind);
          return (
            <div key={kind}>
              <dt className="caption">{t(`metrics.limit.${kind}`)}</dt>
              <dd className={derived ? 'limit inherited' : 'limit'}>{text}</dd>
            </div>
          );
        })}
        <div>
          <dt className="caption">{t('metrics.unit')}</dt>
          <dd>{shownUnit(metric) || '–'}</dd>
        </div>
      </dl>
      <Link
        to="/settings/{-$section}"
        params={{ section: 'metrics' }}
        search={(search) => ({ ...keepPanelFilters(search), find: name, metric: name })}
        className="button button-small"
        aria-label={t(mayConfigure ? 'settings.edit_limits' : 'settings.open_metric', { label })}
      >
        {t(mayConfigure ? 'settings.change' : 'settings.open')}
      </Link>
    </div>
  );
}
