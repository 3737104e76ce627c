// How fine the past can be asked for. Without schemas, so that a page can use it at no cost.

export const INTERVALS = ['raw', '1m', '5m', '15m', '1h', '1d'] as const;
export type IntervalName = (typeof INTERVALS)[number];
export const MAX_COMPARED_MACHINES = 12;
