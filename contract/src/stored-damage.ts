// What is damaged among the stored readings, until a person has acknowledged it.

import { z } from 'zod';
import { timeSchema } from './time.ts';

/**
 * `readings`: single readings. `minutes`, `hours`, `days`: rollups. `journal`: readings that were not in a file yet. `lists`:
 * small files that the store keeps beside them. `database`: changes in the embedded database. `audit`: entries of the audit log.
 */
export const DAMAGED_PARTS = ['readings', 'minutes', 'hours', 'days', 'journal', 'lists', 'database', 'audit'] as const;
export type DamagedPart = (typeof DAMAGED_PARTS)[number];

export const damageSchema = z
  .object({
    file: z.string().meta({
      description:
        'Relative to the folder `readings` of the data directory. For `database` and `audit` a file or table beside it.',
    }),
    part: z.enum(DAMAGED_PARTS).meta({
      description:
        '`readings`: single readings. `minutes`, `hours`, `days`: rollups. `journal`: readings that were not in a file yet. `lists`: small files beside them. `database`: changes in the embedded database. `audit`: entries of the audit log.',
    }),
    from: timeSchema.nullable().meta({ description: 'The range that the file held; null where it is not known.' }),
    to: timeSchema.nullable().meta({ description: 'The end of this range, which is excluded.' }),
    noticed_at: timeSchema,
    rebuilt: z.boolean().meta({ description: 'Whether the contents have been made again from other data.' }),
  })
  .meta({ id: 'Damage' });
export type Damage = z.infer<typeof damageSchema>;

/** What the answer to a query lacks, because stored files are missing or damaged. */
export const missingSchema = z
  .array(
    z.object({
      part: z.enum(DAMAGED_PARTS),
      from: timeSchema.nullable().meta({ description: 'Null where it is not known of when the contents were.' }),
      to: timeSchema.nullable().meta({ description: 'The end of this range, which is excluded.' }),
    }),
  )
  .meta({
    description:
      'What the answer lacks, because stored files are missing or damaged; absent where nothing is missing. `readings`: single readings. `minutes`, `hours`, `days`: rollups that could not be made again, or are being made again.',
  });
export type Missing = z.infer<typeof missingSchema>;

export const damageReplySchema = z
  .object({
    status: z.literal('success'),
    damage: z.array(damageSchema).meta({ description: 'What nobody has acknowledged, oldest first.' }),
  })
  .meta({ id: 'DamageReply' });
export type DamageReply = z.infer<typeof damageReplySchema>;

export const acknowledgeDamageSchema = z
  .object({
    files: z
      .array(z.string().max(200))
      .min(1)
      .max(10_000)
      .meta({ description: 'The files that a person has seen in the list.' }),
  })
  .meta({ id: 'AcknowledgeDamage' });
