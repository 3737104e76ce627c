// The conditions that ring most (ISA-18.2: bad actors), and the smallest change that would quieten each.

import { z } from 'zod';
import { ALERT_CONDITIONS, LIMIT_KINDS } from './alert-terms.ts';
import { lineSchema } from './machine.ts';
import { timeSchema } from './time.ts';

/** What a suggestion changes. Limit and deadband are in the unit of the metric. */
export const improvementChangesSchema = z
  .strictObject({
    limit: z.number().optional(),
    deadband: z.number().min(0).optional(),
    on_delay_seconds: z.number().min(0).max(604_800).optional(),
    off_delay_seconds: z.number().min(0).max(604_800).optional(),
  })
  .refine((changes) => Object.keys(changes).length > 0, 'must change something')
  .meta({ id: 'ImprovementChanges' });
export type ImprovementChanges = z.infer<typeof improvementChangesSchema>;

const suggestionSchema = z.object({
  limit_kind: z.enum(LIMIT_KINDS).meta({ description: 'The limit that it is about: the one that is passed first.' }),
  changes: improvementChangesSchema,
  current: z
    .object({
      limit: z.number().nullable(),
      deadband: z.number(),
      on_delay_seconds: z.number(),
      off_delay_seconds: z.number(),
    })
    .meta({ description: 'What is in force.' }),
  before: z.number().int().meta({ description: 'Raises in the range with what is in force.' }),
  after: z.number().int().meta({ description: 'Raises in the range with the changes.' }),
  removed_share: z.number().meta({ description: 'The share of raises that the changes remove, from 0 to 1.' }),
  true_excursions: z.number().int().meta({ description: 'All of them are still found.' }),
  latest_seconds: z.number().meta({ description: 'The longest that a true excursion is found later.' }),
  allowed_seconds: z.number().meta({ description: 'The time to respond, which is the longest that is accepted.' }),
  readings: z.number().int().meta({ description: 'Values from which it was computed.' }),
});
export type Suggestion = z.infer<typeof suggestionSchema>;

export const NO_SUGGESTION_REASONS = [
  'computing',
  'not_a_limit',
  'no_machine',
  'tied_to_state',
  'no_limit',
  'no_readings',
  'few_raises',
  'no_change',
  'no_change_in_time',
  'failed',
] as const;
const noSuggestionSchema = z
  .object({
    code: z.enum(NO_SUGGESTION_REASONS),
    raises: z.int().nullable().meta({ description: 'With what is in force; null where that does not matter.' }),
    excursions: z.int().nullable().meta({ description: 'True excursions; null where that does not matter.' }),
  })
  .meta({ id: 'NoSuggestionReason' });
export type NoSuggestionReason = z.infer<typeof noSuggestionSchema>;

const badActorSchema = z
  .object({
    machine_id: z.uuid().nullable(),
    machine_name: z.string(),
    location: z.string(),
    metric: z.string(),
    condition: z.enum(ALERT_CONDITIONS),
    limit_kind: z.enum([...LIMIT_KINDS, 'stale']),
    count: z.number().int().meta({ description: 'Annunciated raises.' }),
    share: z.number().meta({ description: 'Of all annunciated raises, from 0 to 1.' }),
    chatter_index: z.number().meta({
      description:
        'From 0 to 1: the mean of 1 / seconds from one raise to the next, as by Kondaveeti and others (2013).',
    }),
    mean_active_seconds: z.number().nullable(),
    suggestion: suggestionSchema.nullable(),
    reason: z.string().nullable().meta({ description: 'Why there is no suggestion; null where there is one.' }),
    reason_code: noSuggestionSchema.nullable().meta({ description: 'The same as `reason`, for programs.' }),
    applied: z
      .object({ id: z.uuid(), at: timeSchema, by: z.string(), changes: improvementChangesSchema })
      .nullable()
      .meta({ description: 'The newest change that was applied here and not undone.' }),
  })
  .meta({ id: 'BadActor' });
export type BadActor = z.infer<typeof badActorSchema>;

export const badActorsSchema = z
  .object({
    status: z.literal('success'),
    from: timeSchema,
    to: timeSchema,
    total: z.number().int().meta({ description: 'All annunciated raises in the range.' }),
    computing: z.number().nullable().meta({
      description: 'From 0 to 1 while suggestions are being computed; ask again. null: all are there.',
    }),
    actors: z.array(badActorSchema).meta({ description: 'The 20 that rang most, the worst first.' }),
  })
  .meta({ id: 'BadActors' });
export type BadActors = z.infer<typeof badActorsSchema>;

export const improvementInputSchema = z
  .strictObject({
    machine_id: z.uuid().toLowerCase(),
    metric: lineSchema(100),
    limit_kind: z.enum(LIMIT_KINDS),
    changes: improvementChangesSchema,
  })
  .meta({ id: 'ImprovementInput' });
export type ImprovementInput = z.infer<typeof improvementInputSchema>;
