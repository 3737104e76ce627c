// Conditions: what is abnormal of a metric or a machine, beyond its four limits, and what an alert about it says.

import { z } from 'zod';
import { SEVERITIES } from './alert-terms.ts';
import { CONDITION_KINDS, RATE_DIRECTIONS } from './condition-terms.ts';
import { lineSchema } from './machine.ts';
import { metricNameSchema } from './metric.ts';
import { MAX_STATE_LENGTH, MAX_STATES } from './metric-terms.ts';
import { timeSchema } from './time.ts';

export const conditionScopeSchema = z
  .discriminatedUnion('level', [
    z.strictObject({ level: z.literal('plant') }),
    z.strictObject({ level: z.literal('type'), sensor_type: lineSchema(50) }),
    z.strictObject({ level: z.literal('machine'), machine_id: z.uuid().toLowerCase() }),
  ])
  .meta({
    id: 'ConditionScope',
    description:
      'The machines that the condition is about: one, those of a type, or all. For each kind and metric, that of the machine has precedence over that of its type, and that over the plant-wide one.',
  });
export type ConditionScope = z.infer<typeof conditionScopeSchema>;

/** Seconds; 30 days at most. */
const secondsSchema = z.number().min(0).max(2_592_000);
const delaySchema = z.number().min(0).max(86_400);
const stateNameSchema = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(MAX_STATE_LENGTH, `must have at most ${MAX_STATE_LENGTH} characters`);
const valuesSchema = z
  .array(stateNameSchema)
  .min(1, 'must name at least one value')
  .max(MAX_STATES)
  .meta({ description: 'Names of states; `true` or `false` for a boolean.' });

export const onlyWhileSchema = z
  .strictObject({
    metric: metricNameSchema,
    values: valuesSchema,
    startup_seconds: delaySchema.default(0).meta({
      description: 'Nothing is raised for this long after the state has begun.',
    }),
  })
  .meta({
    id: 'OnlyWhile',
    description:
      'The condition counts only while this state or boolean metric of the same machine has one of the values. It ends when the state ends.',
  });
export type OnlyWhile = z.infer<typeof onlyWhileSchema>;

/** Each one is null or absent where the kind of condition has no such field. */
const parameters = {
  units_per_minute: z
    .number()
    .positive()
    .nullable()
    .meta({ description: '`rate_of_change`: the limit, in units per minute.' }),
  window_seconds: z.number().min(1).max(86_400).nullable().meta({
    description:
      '`rate_of_change`: the change is measured since the newest value that is at least this old. Values that follow each other within 1/120 of it count as one.',
  }),
  direction: z.enum(RATE_DIRECTIONS).nullable().meta({ description: '`rate_of_change`: default `either`.' }),
  duration_seconds: secondsSchema.nullable().meta({
    description:
      '`stuck`: for how long the value is unchanged. `state`: for how long it has one of the values, 0 for at once. `no_count`: for how long the counter has not grown.',
  }),
  epsilon: z.number().min(0).nullable().meta({
    description: '`stuck`: values that differ from the first of them by at most this much are the same; default 0.',
  }),
  values: valuesSchema.nullable().meta({ description: '`state`: the values that are abnormal.' }),
};

const textSchema = z.string().trim().min(1, 'must not be empty').max(1000, 'must have at most 1000 characters');
const refinements = {
  on_delay_seconds: delaySchema.nullable().meta({
    description: 'null: of `level` as the plant has it, of `bad_quality` 60, of every other kind 0.',
  }),
  off_delay_seconds: delaySchema.nullable().meta({ description: 'null: of `level` as the plant has it, else 0.' }),
  deadband: z.number().min(0).nullable().meta({
    description:
      '`level`, in the unit of the metric, and `rate_of_change`, in units per minute: how far inside the limit the value must be to clear. null: of `level` as the plant has it, else 0.',
  }),
  only_while: onlyWhileSchema.nullable(),
  cause: textSchema.nullable().meta({ description: 'Why this happens. Shown in the alert and in messages.' }),
  consequence: textSchema.nullable().meta({ description: 'What happens if nobody responds.' }),
  response: textSchema.nullable().meta({ description: 'What to do.' }),
  time_to_respond_seconds: secondsSchema.nullable().meta({ description: 'The time in which that helps.' }),
};

export const conditionSchema = z
  .object({
    id: z.uuid(),
    kind: z.enum(CONDITION_KINDS),
    scope: conditionScopeSchema,
    metric: metricNameSchema.nullable().meta({ description: 'null for the kind `connection`.' }),
    severity: z.enum(SEVERITIES).nullable().meta({
      description: 'null for the kind `level`: past high or low is a warning, past high-high or low-low is critical.',
    }),
    is_active: z.boolean().meta({
      description:
        'An inactive condition of a machine or type also switches off the more general ones of its kind and metric. An inactive one of the kind `level` is ignored.',
    }),
    ...parameters,
    ...refinements,
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .meta({
    id: 'Condition',
    description:
      'Something abnormal that raises an alert. One of the kind `level` has no limits of its own: it refines those of the metric.',
  });
export type Condition = z.infer<typeof conditionSchema>;

const settable = z.strictObject({ severity: z.enum(SEVERITIES).nullable(), ...parameters, ...refinements }).partial();

export const conditionInputSchema = settable
  .extend({
    kind: z.enum(CONDITION_KINDS),
    scope: conditionScopeSchema,
    metric: metricNameSchema.nullish(),
    is_active: z.boolean().default(true),
  })
  .meta({ id: 'NewCondition', description: 'Kind, scope and metric together are unique.' });
export type ConditionInput = z.infer<typeof conditionInputSchema>;

export const conditionPatchSchema = settable
  .extend({ is_active: z.boolean().optional() })
  .refine((patch) => Object.values(patch).some((value) => value !== undefined), 'must have at least one field')
  .meta({ id: 'ConditionPatch', description: 'Kind, scope and metric of a condition do not change.' });
export type ConditionPatch = z.infer<typeof conditionPatchSchema>;

/** An empty value, as forms send it, means no filter. */
const filter = <S extends z.ZodType>(schema: S) =>
  z
    .literal('')
    .transform(() => undefined)
    .or(schema)
    .optional();
export const conditionQuerySchema = z.object({
  machine_id: filter(z.uuid()),
  sensor_type: filter(z.string().max(50)),
  metric: filter(metricNameSchema),
});

export const conditionListSchema = z.object({
  status: z.literal('success'),
  conditions: z
    .array(conditionSchema)
    .meta({ description: 'Plant-wide ones first, then those of types, then of machines.' }),
});
export type ConditionList = z.infer<typeof conditionListSchema>;
export const conditionReplySchema = z.object({ status: z.literal('success'), condition: conditionSchema });
export type ConditionReply = z.infer<typeof conditionReplySchema>;
