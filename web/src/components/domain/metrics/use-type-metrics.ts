// The metrics of each machine type, for views of many machines: one request for the catalogue, and one for the types.

import type { MachineType, MetricDefinition } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../../api/use-api.ts';
import type { Language } from '../../../i18n/text.ts';
import { useText } from '../../../i18n/use-text.ts';
import type { LiveMetrics } from '../../../live/live-metrics.ts';
import { useLive } from '../../../live/use-live.ts';
import { type MetricView, metricView, seedViews } from './metric-view.ts';

export interface TypeMetrics {
  /** On cards, in lists and on the wall. */
  headline: readonly MetricView[];
  /** What its machines may have, in the order of the type; of a type that lists nothing the whole catalogue. */
  all: readonly MetricView[];
}

export interface FleetMetrics {
  /** `type` is the `sensor_type` of a machine. */
  ofType(type: string): TypeMetrics;
  /** As the plant has it; under its name where the catalogue does not know it. */
  named(name: string): MetricView;
}

/** The server tells of every change, and the page asks again after a connection was lost. */
const UNTIL_TOLD = Number.POSITIVE_INFINITY;

/** Until the catalogue is known, every type has the metrics that every machine has. */
export function useFleetMetrics(): FleetMetrics {
  const api = useApi();
  const { metrics } = useLive();
  const { language } = useText();
  const { data: catalogue } = useQuery({
    queryKey: ['metrics', 'all'],
    queryFn: ({ signal }) => api.metricCatalogue(signal),
    staleTime: UNTIL_TOLD,
  });
  const { data: types } = useQuery({
    queryKey: ['machine-types'],
    queryFn: ({ signal }) => api.machineTypes(signal),
    staleTime: UNTIL_TOLD,
  });
  return shared(catalogue ?? NO_METRICS, types ?? NO_TYPES, metrics, language);
}

const NO_METRICS: readonly MetricDefinition[] = [];
const NO_TYPES: readonly MachineType[] = [];
type Inputs = Parameters<typeof fleetMetrics>;
/** By the catalogue: rows by the hundred ask for the same. */
const made = new WeakMap<readonly MetricDefinition[], { inputs: Inputs; fleet: FleetMetrics }>();

function shared(...inputs: Inputs): FleetMetrics {
  const known = made.get(inputs[0]);
  if (known?.inputs.every((input, place) => input === inputs[place])) return known.fleet;
  const fleet = fleetMetrics(...inputs);
  made.set(inputs[0], { inputs, fleet });
  return fleet;
}

export function fleetMetrics(
  catalogue: readonly MetricDefinition[],
  types: readonly MachineType[],
  metrics: LiveMetrics,
  language: Language,
): FleetMetrics {
  const seed = seedViews(metrics, language);
  const shown = catalogue.filter(({ status }) => status === 'active' || status === 'discovered');
  const definitions = new Map(shown.map((definition, place) => [definition.name, { definition, place }]));
  // A metric that is shown nowhere any more still has alerts.
  const others = new Map(catalogue.map((definition) => [definition.name, definition]));
  const known = new Map<string, TypeMetrics>();
  const view = (name: string, own?: MachineType): MetricView | undefined => {
    const found = definitions.get(name);
    if (!found) return seed.find((each) => each.name === name);
    return metricView(withOverrides(found.definition, own), metrics, language, found.place);
  };
  const views = (names: readonly string[], own?: MachineType) => names.flatMap((name) => view(name, own) ?? []);
  const made = (type: string): TypeMetrics => {
    const own = types.find(({ name }) => name === type);
    const headline = views(own?.headline ?? [], own);
    const listed = own?.metrics.map(({ name }) => name) ?? [];
    const names = listed.length > 0 ? [...listed, ...(own?.headline ?? [])] : shown.map(({ name }) => name);
    const seedNames = seed.map(({ name }) => name);
    return {
      headline: headline.length > 0 ? headline : views(seedNames, own),
      all: views([...new Set([...names, ...seedNames])], own),
    };
  };
  return {
    ofType: (type) => {
      const metricsOfType = known.get(type) ?? made(type);
      known.set(type, metricsOfType);
      return metricsOfType;
    },
    named: (name) => {
      const other = others.get(name);
      const known = view(name) ?? (other && metricView(other, metrics, language, 0));
      return known ?? { ...(seed[0] as MetricView), name, number: metrics.numberOf(name), label: name, unit: '' };
    },
  };
}

/** What the type has otherwise than the plant. */
function withOverrides(definition: MetricDefinition, own: MachineType | undefined): MetricDefinition {
  const entry = own?.metrics.find(({ name }) => name === definition.name);
  const limits = own?.limits?.[definition.name];
  return {
    ...definition,
    label: entry?.label ?? definition.label,
    group: entry?.group ?? definition.group,
    decimals: entry?.decimals ?? definition.decimals,
    limits: limits ? ({ ...definition.limits, ...limits } as MetricDefinition['limits']) : definition.limits,
  };
}
