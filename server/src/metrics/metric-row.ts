// Rows of the catalogue in SQL, and the records that they hold.

import type { MetricLimitsPatch } from '@gonsters/contract';
import type { Selectable } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { MachineTypeRecord, MetricRecord, TypeDefinition } from './metric-repository.ts';

export function metricRecord(row: Selectable<Schema['metrics']>, aliases: string[], states: string[]): MetricRecord {
  const { low_low, low, high, high_high } = row;
  return {
    name: row.name,
    label: row.label,
    unit: row.unit,
    unitCode: row.unit_code,
    displayUnit: row.display_unit,
    kind: row.kind,
    decimals: row.decimals,
    min: row.min_value,
    max: row.max_value,
    limits: { low_low, low, high, high_high },
    group: row.group_name,
    description: row.description,
    order: row.sort_order,
    status: row.status,
    mergedInto: row.merged_into,
    isFreeText: row.is_free_text === 1,
    discovered:
      row.discovered_at === null
        ? null
        : { atMs: row.discovered_at, field: row.discovered_field ?? row.name, gateway: row.discovered_by },
    aliases,
    states,
    createdAtMs: row.created_at,
    updatedAtMs: row.updated_at,
    updatedBy: row.updated_by,
  };
}

export const metricColumns = (record: MetricRecord): Selectable<Schema['metrics']> => ({
  name: record.name,
  label: record.label,
  unit: record.unit,
  unit_code: record.unitCode,
  display_unit: record.displayUnit,
  kind: record.kind,
  decimals: record.decimals,
  min_value: record.min,
  max_value: record.max,
  ...record.limits,
  group_name: record.group,
  description: record.description,
  sort_order: record.order,
  status: record.status,
  merged_into: record.mergedInto,
  is_free_text: Number(record.isFreeText),
  discovered_at: record.discovered?.atMs ?? null,
  discovered_field: record.discovered?.field ?? null,
  discovered_by: record.discovered?.gateway ?? null,
  created_at: record.createdAtMs,
  updated_at: record.updatedAtMs,
  updated_by: record.updatedBy,
});

export function typeRecord(
  row: Selectable<Schema['machine_types']>,
  limits: readonly Selectable<Schema['alert_limits']>[],
): MachineTypeRecord {
  const definition = JSON.parse(row.definition) as Partial<TypeDefinition>;
  return {
    name: row.name,
    definition: { metrics: [], headline: [], charts: [], ...definition },
    limits: Object.fromEntries(limits.map((each) => [each.metric, limitsRecord(each)])),
    createdAtMs: row.created_at,
    updatedAtMs: row.updated_at,
    updatedBy: row.updated_by,
  };
}

/** Only the limits that are set. */
function limitsRecord(row: Selectable<Schema['alert_limits']>): MetricLimitsPatch {
  const { low_low, low, high, high_high } = row;
  return Object.fromEntries(
    Object.entries({ low_low, low, high, high_high }).filter(([, value]) => value !== null),
  ) as MetricLimitsPatch;
}
