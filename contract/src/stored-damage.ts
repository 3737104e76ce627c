// What is damaged among the stored readings, until a person has acknowledged it.

import { z } from 'zod';
import { timeSchema } from './time.ts';

/**
 * `readings`: single readings. `minutes`, `hours`, `days`: rollups. `journal`: readings that were not in a file yet. `lists`:
 * small files that the store keeps beside them.
 */
export const DAMAGED_PARTS = ['readings', 'minutes', 'hours', 'days', 'journal', 'lists'] as const;
export type DamagedPart = (typeof DAMAGED_PARTS)[number];

export const damageSchema = z
  .object({
    file: z.string().meta({ description: 'Relative to the folder `readings` of the data directory.' }),
    part: z.enum(DAMAGED_PARTS).meta({
      description:
        '`readings`: single readings. `minutes`, `hours`, `days`: rollups. `journal`: readings that were not in a file yet. `lists`: small files beside them.',
    }),
    from: timeSchema.nullable().meta({ description: 'The range that the file held; null where it is not known.' }),
    to: timeSchema.nullable().meta({ description: 'The end of this range, which is excluded.' }),
    noticed_at: timeSchema,
    rebuilt: z.boolean().meta({ description: 'Whether the contents have been made again from other data.' }),
  })
  .meta({ id: 'Damage' });
export type Damage = z.infer<typeof damageSchema>;

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
