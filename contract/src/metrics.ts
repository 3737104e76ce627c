// The catalogue of metrics. No other file names a metric.

export interface Metric {
  /** Name in messages and columns, `snake_case`. */
  readonly name: string;
  readonly label: { readonly en: string; readonly id: string };
  readonly unit: string;
  /** Column name in CSV exports, with the unit. */
  readonly csvColumn: string;
  /** Range of plausible values, both ends included. A value outside means that the sensor or the wiring is faulty. */
  readonly min: number;
  readonly max: number;
  /** Number of decimal digits on screen. */
  readonly decimals: number;
  /** Plant-wide limits of a new installation; null means no limit. */
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
    // Gauge pressure: a vacuum is negative, and a transmitter at rest may read slightly less than zero.
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
    // The speed of a drive that turns backwards is negative.
    min: -100_000,
    max: 100_000,
    decimals: 0,
    defaultLimits: { high: null, low: null },
  },
] as const satisfies readonly Metric[];

export type MetricName = (typeof METRICS)[number]['name'];
export const METRIC_NAMES: readonly MetricName[] = METRICS.map((metric) => metric.name);

/** An object with one entry for every metric, in the order of the catalogue. */
export function perMetric<T>(make: (metric: (typeof METRICS)[number], index: number) => T): Record<MetricName, T> {
  return Object.fromEntries(METRICS.map((metric, index) => [metric.name, make(metric, index)])) as Record<
    MetricName,
    T
  >;
}
