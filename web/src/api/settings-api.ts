// Requests about the plant-wide settings and the clock of the servers.

import type { ClockStatus, ConfigReply, DamageReply, SettingView } from '@gonsters/contract';
import type { ApiClient } from './http/api-client.ts';

export interface UpdatedSetting {
  name: string;
  old_value: string;
  new_value: string;
  updated_at: string;
  updated_by: string | null;
}

export function settingsApi(client: ApiClient) {
  return {
    settings: async (signal?: AbortSignal): Promise<readonly SettingView[]> =>
      (await client.request<ConfigReply>({ method: 'GET', path: '/config', ...(signal ? { signal } : {}) })).settings,
    /** An empty value switches the setting off. */
    updateSetting: async (name: string, value: string) =>
      (
        await client.request<{ updated_setting: UpdatedSetting }>({
          method: 'POST',
          path: '/config/update',
          body: { setting_name: name, setting_value: value },
        })
      ).updated_setting,
    resetSettings: async (): Promise<readonly SettingView[]> =>
      (await client.request<ConfigReply>({ method: 'POST', path: '/config/reset' })).settings,
  };
}

export function clockApi(client: ApiClient) {
  return {
    clock: (signal: AbortSignal) => client.request<ClockStatus>({ method: 'GET', path: '/system/clock', signal }),
    confirmClock: () => client.request<ClockStatus>({ method: 'POST', path: '/system/clock/confirm' }),
  };
}

export function damageApi(client: ApiClient) {
  return {
    damage: (signal: AbortSignal) => client.request<DamageReply>({ method: 'GET', path: '/system/damage', signal }),
    /** The reply lists what remains. */
    acknowledgeDamage: (files: readonly string[]) =>
      client.request<DamageReply>({ method: 'POST', path: '/system/damage/acknowledge', body: { files } }),
  };
}
