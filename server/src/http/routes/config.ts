// /config: the plant-wide settings.

import { configReplySchema, isoTime, SETTINGS, settingUpdatedSchema, settingUpdateSchema } from '@gonsters/contract';
import { type HttpApp, principalOf } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';

const tags = ['Configuration'];

export async function configRoutes(app: HttpApp, { settings }: Pick<HttpDeps, 'settings'>): Promise<void> {
  const configReply = () => {
    const records = new Map(settings.records().map((record) => [record.name, record]));
    const all = settings.all();
    return {
      status: 'success' as const,
      config: { ...all },
      settings: SETTINGS.map(({ name, type, choices, default: standard, unit, min, max, description }) => {
        const record = records.get(name);
        return {
          name,
          value: all[name] ?? '',
          type,
          choices: choices && [...choices],
          default: standard,
          unit,
          min,
          max,
          description,
          updated_at: record === undefined ? null : isoTime(record.updatedAtMs),
          updated_by: record?.updatedBy ?? null,
        };
      }),
    };
  };

  app.get(
    '/config',
    {
      config: { access: 'read:config' },
      schema: { tags, summary: 'Lists the plant-wide settings', response: { 200: configReplySchema } },
    },
    async () => configReply(),
  );

  app.post(
    '/config/update',
    {
      config: { access: 'write:config', audit: 'config.update' },
      schema: {
        tags,
        summary: 'Changes one setting, which takes effect at once',
        body: settingUpdateSchema,
        response: { 200: settingUpdatedSchema },
      },
    },
    async (request) => {
      const { setting_name: name, setting_value: value } = request.body;
      request.refusal = { name: name.slice(0, 100), value: value.slice(0, 100) };
      const { oldValue, record } = await settings.update(name, value, principalOf(request).username);
      const details = { old_value: oldValue, new_value: record.value };
      await request.audit({ action: 'config.update', target: name, details });
      return {
        status: 'success' as const,
        message: `The setting ${name} was updated`,
        updated_setting: {
          name,
          ...details,
          updated_at: isoTime(record.updatedAtMs),
          updated_by: record.updatedBy,
        },
      };
    },
  );

  app.post(
    '/config/reset',
    {
      config: { access: 'write:config', audit: 'config.reset' },
      schema: { tags, summary: 'Resets all settings to their defaults', response: { 200: configReplySchema } },
    },
    async (request) => {
      const before = { ...settings.all() };
      await settings.reset(principalOf(request).username);
      await request.audit({ action: 'config.reset', details: { before } });
      return configReply();
    },
  );
}
