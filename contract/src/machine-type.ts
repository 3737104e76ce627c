// Machine types over HTTP: which metrics the machines of a `sensor_type` have, and where these differ from the plant's.

import { z } from 'zod';
import { LIMIT_KINDS } from './alert-terms.ts';
import { calibrationOffsetSchema } from './calibration.ts';
import { inactivityTimeoutSchema, lineSchema } from './machine.ts';
import { metricInputSchema, metricLimitsPatchSchema, metricNameSchema, metricSchema } from './metric.ts';
import { DEFINITION_SOURCES, MAX_CHARTS, MAX_HEADLINE, MAX_METRICS, MAX_METRICS_PER_MACHINE } from './metric-terms.ts';
import { timeSchema } from './time.ts';

const MAX_MACHINE_TYPES = 1000;

export const machineTypeNameSchema = lineSchema(50).meta({ description: 'The `sensor_type` of its machines.' });

/** What a type or a machine may set of a metric; null or absent: as the more general rule has it. */
const overrides = {
  label: lineSchema(100).nullish(),
  group: lineSchema(50).nullish(),
  decimals: z.int().min(0).max(10).nullish(),
  min: z.number().nullish(),
  max: z.number().nullish(),
};

const typeMetricSchema = z
  .strictObject({ name: metricNameSchema, ...overrides })
  .meta({ id: 'MachineTypeMetric', description: 'A metric of the type, with what differs from the plant.' });
export type MachineTypeMetric = z.infer<typeof typeMetricSchema>;

const stateNames = z.array(z.string().min(1).max(64)).max(256).default([]);
const stateRolesSchema = z
  .strictObject({
    metric: metricNameSchema,
    running: stateNames,
    idle: stateNames,
    stopped: stateNames,
    fault: stateNames,
  })
  .meta({
    id: 'MachineTypeState',
    description:
      'The state metric that tells running from idle from stopped, with the names of its states. `true` and `false` are those of a boolean.',
  });

const definition = {
  label: lineSchema(100).nullish().meta({ description: 'null: its name.' }),
  description: lineSchema(500).nullish(),
  metrics: z.array(typeMetricSchema).max(MAX_METRICS_PER_MACHINE).default([]).meta({ description: 'In their order.' }),
  headline: z.array(metricNameSchema).max(MAX_HEADLINE).default([]).meta({
    description: 'The metrics on cards, in lists and on the wall. Empty: those that every plant has.',
  }),
  charts: z.array(metricNameSchema).max(MAX_CHARTS).default([]).meta({
    description: 'The metrics that have a chart on the page of a machine. Empty: those of the headline.',
  }),
  limits: z.record(metricNameSchema, metricLimitsPatchSchema).optional().meta({
    description: 'Limits by metric, also of metrics that are not listed. Absent in a request: they stay as they are.',
  }),
  inactivity_timeout: inactivityTimeoutSchema.nullish().meta({
    description: 'Seconds without a reading after which a machine is stale. null: as in the plant-wide settings.',
  }),
  state: stateRolesSchema.nullish(),
};

export const machineTypeInputSchema = z
  .strictObject(definition)
  .meta({ id: 'NewMachineType', description: 'Replaces the whole type.' });
export type MachineTypeInput = z.infer<typeof machineTypeInputSchema>;

export const machineTypeSchema = z
  .object({
    name: z.string(),
    ...definition,
    machines: z.int().meta({ description: 'How many machines are of this type.' }),
    created_at: timeSchema,
    updated_at: timeSchema,
    updated_by: z.string().nullable(),
  })
  .meta({ id: 'MachineType' });
export type MachineType = z.infer<typeof machineTypeSchema>;

export const machineTypeListSchema = z.object({
  status: z.literal('success'),
  count: z.int(),
  machine_types: z.array(machineTypeSchema),
});
export type MachineTypeList = z.infer<typeof machineTypeListSchema>;
export const machineTypeReplySchema = z.object({ status: z.literal('success'), machine_type: machineTypeSchema });
export type MachineTypeReply = z.infer<typeof machineTypeReplySchema>;

/** Metrics and machine types as they travel from one plant to another. */
export const metricFileSchema = z
  .strictObject({
    format: z.literal('gonsters-metrics'),
    version: z.literal(1),
    metrics: z.array(metricInputSchema).max(MAX_METRICS),
    machine_types: z.array(machineTypeInputSchema.extend({ name: machineTypeNameSchema })).max(MAX_MACHINE_TYPES),
  })
  .meta({ id: 'MetricFile' });
export type MetricFile = z.infer<typeof metricFileSchema>;

const importChangeSchema = z.object({
  kind: z.enum(['metric', 'machine_type']),
  name: z.string(),
  action: z.enum(['create', 'update']),
  fields: z
    .array(z.object({ field: z.string(), before: z.unknown(), after: z.unknown() }))
    .meta({ description: 'What an update changes, such as `limits.high` or `limits.flow.high`.' }),
  machines: z.int().meta({ description: 'How many machines it reaches.' }),
});
export type ImportChange = z.infer<typeof importChangeSchema>;

export const importReplySchema = z.object({
  status: z.literal('success'),
  preview: z.boolean().meta({ description: 'true: nothing was changed.' }),
  changes: z.array(importChangeSchema),
  unchanged: z.int().meta({ description: 'Entries that are here already as in the file.' }),
  left_out: z
    .array(z.object({ kind: z.enum(['metric', 'machine_type']), name: z.string(), error: z.string() }))
    .meta({ description: 'Entries that contradict what is here, such as another unit of the same metric.' }),
});
export type ImportReply = z.infer<typeof importReplySchema>;

export const machineTypeTemplateSchema = z
  .object({
    name: z.string().meta({ description: 'The name that its machine type gets.' }),
    label: z.string(),
    description: z.string(),
    file: metricFileSchema.meta({ description: 'What `POST /machine-types/import` takes to apply it.' }),
  })
  .meta({ id: 'MachineTypeTemplate' });
export type MachineTypeTemplate = z.infer<typeof machineTypeTemplateSchema>;

export const templateQuerySchema = z.object({ language: z.enum(['en', 'id']).default('en') });
export const machineTypeTemplatesSchema = z.object({
  status: z.literal('success'),
  templates: z.array(machineTypeTemplateSchema),
});

/** What one machine has otherwise than its type. Its limits are those of `/data/machines/{id}/limits`. */
export const machineOverridesSchema = z
  .strictObject({
    metrics: z
      .array(z.strictObject({ name: metricNameSchema, ...overrides }))
      .max(MAX_METRICS_PER_MACHINE)
      .default([]),
    inactivity_timeout: inactivityTimeoutSchema.nullish(),
  })
  .meta({ id: 'MachineOverrides', description: 'Replaces all fields that the machine overrides, but for its limits.' });
export type MachineOverrides = z.infer<typeof machineOverridesSchema>;

const sourceSchema = z.enum(DEFINITION_SOURCES);
const limitSourceSchema = z.enum([...DEFINITION_SOURCES, 'high']).nullable();

export const machineMetricSchema = metricSchema
  .pick({
    name: true,
    label: true,
    group: true,
    decimals: true,
    min: true,
    max: true,
    limits: true,
    kind: true,
    unit: true,
    unit_code: true,
    display_unit: true,
    states: true,
    status: true,
  })
  .extend({
    calibration: z.array(calibrationOffsetSchema).meta({
      description: 'The offsets of its sensor on this machine, the newest `from` first.',
    }),
    has_values: z.boolean().meta({ description: 'Whether the machine has sent it.' }),
    of_type: z.boolean().meta({ description: 'Whether its type lists it.' }),
    sources: z.object({
      label: sourceSchema,
      group: sourceSchema,
      decimals: sourceSchema,
      min: sourceSchema,
      max: sourceSchema,
      limits: z
        .object(
          Object.fromEntries(LIMIT_KINDS.map((kind) => [kind, limitSourceSchema])) as Record<
            (typeof LIMIT_KINDS)[number],
            typeof limitSourceSchema
          >,
        )
        .meta({ description: '`high`: derived from the high limit. null: there is no such limit.' }),
    }),
  })
  .meta({ id: 'MachineMetric', description: 'A metric as it is on one machine, with where each field comes from.' });
export type MachineMetric = z.infer<typeof machineMetricSchema>;

export const machineMetricsSchema = z.object({
  status: z.literal('success'),
  machine_id: z.uuid(),
  machine_type: z.string(),
  metrics: z.array(machineMetricSchema).meta({
    description: 'In the order of the type; then the other metrics of the machine in the order of the catalogue.',
  }),
  headline: z.array(z.string()),
  charts: z.array(z.string()),
  inactivity_timeout: z.object({ value: z.int(), source: sourceSchema }),
  state: stateRolesSchema.nullable(),
  overrides: machineOverridesSchema,
});
export type MachineMetrics = z.infer<typeof machineMetricsSchema>;
