// The range of which a request wants shifts or duties.

import { timeInputSchema } from '@gonsters/contract';
import { z } from 'zod';
import { AppError } from '../errors.ts';

const DAY_MS = 86_400_000;
const DEFAULT_MS = 14 * DAY_MS;
const LONGEST_DAYS = 400;

export const dutyRangeSchema = z.object({
  from: timeInputSchema.optional().meta({ description: 'By default the present.' }),
  to: timeInputSchema.optional().meta({ description: `At most ${LONGEST_DAYS} days later; by default 14 days.` }),
});

/** Rejects an empty or too long range with `validation_failed`. */
export function dutyRange(query: z.infer<typeof dutyRangeSchema>, nowMs: number): { fromMs: number; toMs: number } {
  const { from: fromMs = nowMs, to: toMs = fromMs + DEFAULT_MS } = query;
  const error =
    toMs <= fromMs
      ? 'to must be after from'
      : toMs - fromMs > LONGEST_DAYS * DAY_MS
        ? `to must be at most ${LONGEST_DAYS} days after from`
        : null;
  if (error !== null) throw new AppError('validation_failed', undefined, { faults: [{ parameter: 'to', error }] });
  return { fromMs, toMs };
}
