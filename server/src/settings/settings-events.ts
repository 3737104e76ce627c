// The events of settings.

/** `changed`: names of settings. */
export type SettingsEvent = { kind: 'config'; changed: readonly string[] };
