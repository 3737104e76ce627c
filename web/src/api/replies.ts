// The replies of the routes the page uses, from the contract's types.

import type { Alert, EffectiveLimits, Machine, MachineStatus, MetricName, Reading, Severity } from '@gonsters/contract';

export interface Pagination {
  total_records: number;
  limit: number;
  offset: number;
  has_more: boolean;
}
export interface MachinePage {
  machines: Machine[];
  pagination: Pagination;
}
export interface MachineSummary {
  total: number;
  by_status: Record<MachineStatus, number>;
  by_connection: Record<Machine['connection'], number>;
  alerts: Record<Severity, number>;
  locations: { name: string; count: number }[];
  sensor_types: { name: string; count: number }[];
}
export interface MachineReply {
  machine: Machine;
}
export interface LimitsReply {
  effective: Record<MetricName, EffectiveLimits>;
}
export interface ReadingPage {
  data: Reading[];
  pagination: Pagination & { returned_records: number };
}
export interface AlertPage {
  alerts: Alert[];
  next_cursor: string | null;
}
export interface AlertReply {
  alert: Alert;
}
