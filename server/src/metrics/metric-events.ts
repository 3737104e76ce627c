// The events of the catalogue.

/** What changed. Each list may be empty; `types` are names of machine types. */
export interface CatalogueDifference {
  metrics: readonly string[];
  types: readonly string[];
  /** Machines whose own fields changed. */
  machineIds: readonly string[];
}

export type MetricEvent = { kind: 'metrics_changed' } & CatalogueDifference;

/** For other nodes only: the newest values of metrics that nobody has described, by the name of the metric. */
export type MetricArrivalEvent = { kind: 'metric_arrivals'; share: Readonly<Record<string, SharedArrival>> };

export interface SharedArrival {
  atMs: number;
  value: number | boolean | string;
  machineId: string;
  gateway: string | null;
  /** Usual time between two values of one machine; null before the second value. */
  everyMs: number | null;
}
