// The one catalogue of what a machine can measure. No other file names a metric.

export interface Metric {
  /** Wire and column name, `snake_case`. */
  readonly name: string;
  readonly label: { readonly en: string; readonly id: string };
  readonly unit: string;
  /** Column name in CSV exports: name and unit. */
  readonly csvColumn: string;
  /** Plausible values, both ends included: a value outside is a fault of the sensor or of the wiring. */
  readonly min: number;
  readonly max: number;
  /** Digits after the point when shown. */
  readonly decimals: number;
  /** Plant-wide limits of a fresh installation; null switches a limit off. */
  readonly defaultLimits: {
    readonly high: number | null;
    readonly low: number | null;
  };
}

export const METRICS = [
  {
    name: 'temperature',
    label: { en: 'Temperature', id: 'Suhu' },
    unit: '°C',
    csvColumn: 'temperature_c',
    min: -273.15,
    max: 2000,
    decimals: 1,
    defaultLimits: { high: 80, low: 50 },
  },
  {
    name: 'pressure',
    label: { en: 'Pressure', id: 'Tekanan' },
    unit: 'kPa',
    csvColumn: 'pressure_kpa',
    // Gauge pressure: a vacuum is below zero, and a transmitter at rest reads a little below it.
    min: -101.4,
    max: 100_000,
    decimals: 1,
    defaultLimits: { high: 150, low: null },
  },
  {
    name: 'speed',
    label: { en: 'Speed', id: 'Kecepatan' },
    unit: 'RPM',
    csvColumn: 'speed_rpm',
    // A drive that turns backwards reads below zero.
    min: -100_000,
    max: 100_000,
    decimals: 0,
    defaultLimits: { high: null, low: null },
  },
] as const satisfies readonly Metric[];

export type MetricName = (typeof METRICS)[number]['name'];
export const METRIC_NAMES: readonly MetricName[] = METRICS.map((metric) => metric.name);

/** An object with one entry for every metric, in catalogue order. */
export function perMetric<T>(make: (metric: (typeof METRICS)[number], index: number) => T): Record<MetricName, T> {
  return Object.fromEntries(METRICS.map((metric, index) => [metric.name, make(metric, index)])) as Record<
    MetricName,
    T
  >;
}
