// The plant-wide settings over HTTP.

import { z } from 'zod';
import { timeSchema } from './time.ts';

export const settingUpdateSchema = z
  .object({
    setting_name: z.string().min(1).max(100),
    setting_value: z
      .union([z.string().max(500), z.number()])
      .nullable()
      .transform((value) => (value === null ? '' : String(value)))
      .meta({ description: 'null or an empty text switches an optional setting off.' }),
  })
  .meta({ id: 'SettingUpdate' });

export const settingViewSchema = z
  .object({
    name: z.string(),
    value: z.string(),
    type: z.enum(['number', 'email', 'origin', 'url', 'choice', 'time_zone']),
    choices: z.array(z.string()).nullable().meta({ description: 'The possible values of a choice.' }),
    default: z.string(),
    unit: z.string().nullable(),
    min: z.number().nullable(),
    max: z.number().nullable(),
    description: z.string(),
    updated_at: timeSchema.nullable(),
    updated_by: z.string().nullable(),
  })
  .meta({ id: 'Setting' });
export type SettingView = z.infer<typeof settingViewSchema>;

export const configReplySchema = z.object({
  status: z.literal('success'),
  config: z
    .record(z.string(), z.string())
    .meta({ description: 'Values as stored. An empty text means that the setting is switched off.' }),
  settings: z.array(settingViewSchema),
});
export type ConfigReply = z.infer<typeof configReplySchema>;

export const settingUpdatedSchema = z.object({
  status: z.literal('success'),
  message: z.string(),
  updated_setting: z.object({
    name: z.string(),
    old_value: z.string(),
    new_value: z.string(),
    updated_at: timeSchema,
    updated_by: z.string().nullable(),
  }),
});
