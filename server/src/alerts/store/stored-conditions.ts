// The form in which the states of conditions other than limits are stored.

import { z } from 'zod';

const sideSchema = z.object({
  active: z.enum(['critical', 'warning']).nullable(),
  pastSinceMs: z.number().nullable(),
  criticalSinceMs: z.number().nullable(),
  insideSinceMs: z.number().nullable(),
  readingCount: z.number(),
  peakValue: z.number().nullable(),
});
const silentSchema = z.object({
  alertId: z.string(),
  fromMs: z.number(),
  value: z.number(),
  toMs: z.number(),
  spacingMs: z.number(),
  peakValue: z.number().nullable(),
  readingCount: z.number(),
  endNotSeen: z.boolean(),
  changedAtMs: z.number(),
  isStored: z.boolean(),
  isKnown: z.boolean(),
});
const conditionSchema = z.object({
  conditionId: z.string(),
  high: sideSchema.optional(),
  newestMs: z.number().nullable(),
  windowMs: z.number().optional(),
  points: z.array(z.tuple([z.number(), z.number()])).optional(),
  lasting: z.object({ value: z.number(), sinceMs: z.number().nullable() }).optional(),
  silent: silentSchema.optional(),
});
/** By the kind of the condition. */
export const storedConditionsSchema = z.record(z.string(), conditionSchema);
export type StoredConditions = z.output<typeof storedConditionsSchema>;
export const storedGateSchema = z.array(z.tuple([z.number(), z.number()]));
