// The enumerations and bounds of the catalogue of metrics. Without schemas, so that the page's first screen needs no validator.

/** `gauge`: any number. `counter`: a number that only grows. `boolean`: true or false. `state`: one of a list of names. */
export const METRIC_KINDS = ['gauge', 'counter', 'boolean', 'state'] as const;
export type MetricKind = (typeof METRIC_KINDS)[number];

/**
 * `discovered`: found in the data, and nobody has described it. `pending`: found as well, stored, and shown to nobody until it
 * is accepted. `retired`: stored and in history, not shown, no alerts.
 */
export const METRIC_STATUSES = ['active', 'discovered', 'pending', 'retired'] as const;
export type MetricStatus = (typeof METRIC_STATUSES)[number];

/** What happens to names that the catalogue does not know: they become metrics, wait for approval, or are refused. */
export const METRIC_DISCOVERY = ['on', 'approve', 'off'] as const;
export type MetricDiscovery = (typeof METRIC_DISCOVERY)[number];

export const METRIC_NAME = /^[a-z][a-z0-9_]{0,62}$/;
export const MAX_METRIC_NAME_LENGTH = 63;
/** Codes of states are from 0 to 255. */
export const MAX_STATES = 256;
/** A longer text is not the name of a state. */
export const MAX_STATE_LENGTH = 64;
export const MAX_METRICS = 2000;
export const MAX_METRICS_PER_MACHINE = 250;
/** Machine × metric. */
export const MAX_SERIES = 100_000;
/** Headline metrics of a machine type: on cards, in lists and on the wall. */
export const MAX_HEADLINE = 4;
/** Metrics with a chart on the page of a machine. */
export const MAX_CHARTS = 8;

/** A change of one of these fields of a metric needs `write:config`; every other one needs `write:machines`. */
export const METRIC_CONFIG_FIELDS = [
  'unit',
  'unit_code',
  'display_unit',
  'kind',
  'states',
  'min',
  'max',
  'limits',
  'aliases',
  'status',
] as const;

/** Where a field of a metric comes from on one machine. The machine has precedence over its type, that over the plant. */
export const DEFINITION_SOURCES = ['plant', 'type', 'machine'] as const;
export type DefinitionSource = (typeof DEFINITION_SOURCES)[number];
